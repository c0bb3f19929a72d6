import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import sharp from 'sharp';
import type { Actor } from '../../../core/access/types.js';
import { InvalidInputError, NotFoundError } from '../../../core/errors.js';
import { disposition, filePages } from '../../../core/files/file-pages.js';
import { displayName, FileStore } from '../../../core/files/file-store.js';
import { StoredFile } from '../../../core/files/model.js';
import type { Upload } from '../../../core/files/types.js';
import type { PageContext, PageHandler, PageRouter, Resolve } from '../../../core/http/types.js';
import { createTestDatabase, quietLog, type TestDatabase } from '../../support/database.js';

const actor: Actor = { kind: 'system', account: null, onBehalfOf: null, sessionId: null, channel: 'page', ip: null };
const owner = { kind: 'desk.request', id: 12 };

describe('Files', () => {
  let test: TestDatabase;
  let files: FileStore;
  let count = 0;
  const upload = (name: string, bytes: Buffer | string): Upload => {
    const path = join(test.dataDir, `upload-${count++}`);
    writeFileSync(path, bytes);
    return { field: 'photos', path, name, size: Buffer.byteLength(bytes) };
  };
  const photo = (size = 1200) => sharp({ create: { width: size, height: size / 2, channels: 3, background: '#0b6e68' } });
  const refused = async (name: string, bytes: Buffer | string): Promise<string> => {
    try {
      await files.keep(actor, upload(name, bytes), owner);
    } catch (error) {
      if (error instanceof InvalidInputError) return error.fields['photos'].key;
      throw error;
    }
    return 'kept';
  };
  /** Serves a path through the page module, as the web server would. */
  const serve = async (id: string, thumb = false): Promise<{ headers: Record<string, string>; body: Buffer }> => {
    const routes = new Map<string, PageHandler>();
    const router = { get: (path: string, _guard: unknown, handler: PageHandler) => routes.set(path, handler) } as unknown as PageRouter;
    filePages(files, () => '')(router, (() => undefined) as unknown as Resolve);
    const headers: Record<string, string> = {};
    const chunks: Buffer[] = [];
    const res = new PassThrough();
    res.on('data', (chunk: Buffer) => chunks.push(chunk));
    Object.assign(res, { set: (name: string | object, value?: string) => Object.assign(headers, typeof name === 'string' ? { [name]: value } : name) });
    const context = { params: { id }, actor, req: { method: 'GET', get: () => undefined }, res } as unknown as PageContext;
    await routes.get(thumb ? '/files/:id/thumb' : '/files/:id')?.(context);
    return { headers, body: Buffer.concat(chunks) };
  };

  before(async () => {
    test = await createTestDatabase();
  });
  after(() => test.drop());
  beforeEach(async () => {
    await test.db.run('DELETE FROM core_files');
    files = new FileStore({ db: test.db, dataDir: test.dataDir, clock: { now: () => new Date() }, log: { ...quietLog, warn: () => undefined } });
  });

  it('keep a photo without what the camera noted, upright, with a thumbnail', async () => {
    const exif = { IFD0: { Copyright: 'SECRET-OWNER' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '59/1 20/1 0/1' } };
    const original = await photo().withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await sharp(original).metadata()).exif).to.not.equal(undefined);
    const info = await files.keep(actor, upload('IMG_1.JPG', original), owner);
    expect(info).to.include({ name: 'IMG_1.JPG', type: 'image/jpeg', width: 600, height: 1200 });
    files.guard(owner.kind, async () => true);
    const { body, headers } = await serve(info.id);
    expect((await sharp(body).metadata()).exif).to.equal(undefined);
    expect(body.includes('SECRET-OWNER')).to.equal(false);
    expect(headers).to.include({ 'X-Content-Type-Options': 'nosniff', 'Content-Type': 'image/jpeg', 'Content-Security-Policy': "default-src 'none'; sandbox" });
    const thumb = await sharp((await serve(info.id, true)).body).metadata();
    expect([thumb.format, thumb.width, thumb.height]).to.deep.equal(['webp', 240, 480]);
    expect(await files.list(owner)).to.deep.equal([info]);
  });

  const hostile: [string, string, Buffer | string][] = [
    ['SVG', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['SVG called a photo', 'a.png', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['HTML', 'a.html', '<!doctype html><script>alert(1)</script>'],
    ['HTML called text', 'a.txt', '\uFEFF \n<html><script>alert(1)</script>'],
    ['a program called a photo', 'a.jpg', Buffer.concat([Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), Buffer.alloc(200)])],
    ['a script', 'a.js', 'alert(1)'],
    ['binary called text', 'a.txt', Buffer.from([65, 0, 66, 1])],
    ['text of another encoding', 'a.csv', Buffer.from([0xe5, 0xe4, 0xf6])],
  ];
  for (const [what, name, bytes] of hostile) {
    it(`D1: refuse ${what}`, async () => {
      expect(await refused(name, bytes)).to.equal('core:files.wrongType');
      expect(await test.db.of(StoredFile).count()).to.equal(0);
    });
  }

  it('D1: refuse a broken picture, an empty file and one that is too large', async () => {
    const png = await photo().png().toBuffer();
    expect(await refused('a.png', png.subarray(0, 60))).to.equal('core:files.broken');
    expect(await refused('a.txt', '')).to.equal('core:files.empty');
    expect(
      await files.keep(actor, { ...upload('a.txt', 'x'), size: 26 * 1024 * 1024 }, owner).catch((error: InvalidInputError) => error.fields['photos'].key),
    ).to.equal('core:files.tooLarge');
  });

  it('D5: refuse a picture with more pixels than any camera has', async () => {
    const bomb = await sharp({ create: { width: 20_000, height: 6_000, channels: 3, background: '#fff' }, limitInputPixels: false })
      .png()
      .toBuffer();
    expect(await refused('a.png', bomb)).to.equal('core:files.broken');
  }).timeout(30_000);

  it('D1: keep documents and text, only ever as attachments, whatever they are called', async () => {
    const pdf = await files.keep(actor, upload('photo.jpg', '%PDF-1.7\n%âãÏÓ\n1 0 obj'), owner);
    const csv = await files.keep(actor, upload('Prislista åäö.csv', 'a;b\n1;2\n'), owner);
    files.guard(owner.kind, async () => true);
    expect((await serve(pdf.id)).headers).to.include({ 'Content-Type': 'application/pdf' });
    expect((await serve(pdf.id)).headers['Content-Disposition']).to.match(/^attachment;/);
    const { headers, body } = await serve(csv.id);
    expect(headers['Content-Type']).to.equal('text/csv; charset=utf-8');
    expect(headers['Content-Disposition']).to.equal('attachment; filename="Prislista ___.csv"; filename*=UTF-8\'\'Prislista%20%C3%A5%C3%A4%C3%B6.csv');
    expect(body.toString()).to.equal('a;b\n1;2\n');
    expect(csv.thumb).to.equal(null);
  });

  it('D2: names with paths, NUL or line breaks never reach the disk or a header', async () => {
    for (const name of ['../../../etc/passwd.txt', '..\\..\\boot.txt', '/etc/x.txt', 'a\0.txt', 'a\r\nSet-Cookie: x=1.txt', '\u202Etxt.exe.txt']) {
      const info = await files.keep(actor, upload(name, `text of ${name.length}`), owner);
      expect(info.name)
        .to.equal(displayName(name))
        .and.not.match(/[/\\\0\r\n\u202e]/);
      expect(disposition(false, info.name)).not.to.match(/[\r\n\0]/);
    }
    expect(existsSync(join(test.dataDir, '../etc/passwd.txt'))).to.equal(false);
    const kept = readdirSync(join(test.dataDir, 'files'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const entry of kept) expect(entry.name).to.match(/^[0-9a-f]{64}(\.thumb\.webp)?$/);
    expect(disposition(true, 'a";filename="b.html')).to.equal('inline; filename="a_;filename=_b.html"; filename*=UTF-8\'\'a%22%3Bfilename%3D%22b.html');
  });

  it('A1: are missing for whoever may not read the owner, and for everyone while its plugin is off', async () => {
    const info = await files.keep(actor, upload('a.txt', 'text'), owner);
    const answer = (id: string) =>
      serve(id).then(
        () => 'served',
        (error: unknown) => (error instanceof NotFoundError ? 'missing' : String(error)),
      );
    expect(await answer(info.id)).to.equal('missing');
    let allowed = false;
    const undo = files.guard(owner.kind, async (_actor, id) => allowed && id === owner.id);
    expect(await answer(info.id)).to.equal('missing');
    allowed = true;
    expect(await answer(info.id)).to.equal('served');
    undo();
    expect(await answer(info.id)).to.equal('missing');
    for (const id of ['../x', '0', 'x'.repeat(36), `${info.id.slice(0, -1)}%`]) expect(await answer(id)).to.equal('missing');
  });

  it('leave no partial file behind when the disk refuses', async () => {
    const blocked = join(test.dataDir, 'blocked');
    mkdirSync(blocked);
    writeFileSync(join(blocked, 'files'), 'a file where the folder should be');
    const store = new FileStore({ db: test.db, dataDir: blocked, clock: { now: () => new Date() }, log: quietLog });
    const source = upload('a.txt', 'text');
    const failure = await store.keep(actor, source, owner).then(
      () => null,
      (error: Error) => error,
    );
    expect(failure).to.be.an('error');
    expect(await test.db.of(StoredFile).count()).to.equal(0);
    expect(readFileSync(source.path, 'utf8')).to.equal('text');
    expect(readdirSync(blocked).map((name) => basename(name))).to.deep.equal(['files']);
  });
});
