import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { expect } from 'chai';
import { AccountModel } from '../../../core/accounts/models.js';
import { hashPassword } from '../../../core/accounts/passwords.js';
import { projectRoot } from '../../../core/paths.js';
import { createTestApp, password, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

const fixtures = join(projectRoot, 'test/fixtures/tls');

describe('a site with TLS', () => {
  let test: TestApp;
  const folder = mkdtempSync(join(tmpdir(), 'portico-tls-'));
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const place = (name: string): void => {
    copyFileSync(join(fixtures, `${name}key.pem`), files.key);
    copyFileSync(join(fixtures, `${name}cert.pem`), files.cert);
  };
  before(async () => {
    place('');
    test = await createTestApp({ siteTls: files });
  });
  after(async () => {
    await test.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const post = (path: string, body: string): Promise<{ status: number; cookies: string[]; hsts: string | undefined }> =>
    new Promise((resolve, reject) => {
      const port = test.app.sites.port('staff') ?? 0;
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          path,
          method: 'POST',
          ca: readFileSync(files.cert),
          headers: { 'content-type': 'application/x-www-form-urlencoded', origin: `https://127.0.0.1:${port}` },
        },
        (answer) => {
          answer.resume();
          resolve({ status: answer.statusCode ?? 0, cookies: answer.headers['set-cookie'] ?? [], hsts: answer.headers['strict-transport-security'] });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  const certificate = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: test.app.sites.port('staff') ?? 0, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve((socket.getPeerCertificate() as PeerCertificate).subject.CN as string);
        socket.destroy();
      });
      socket.once('error', reject);
    });

  it('sets its cookies for TLS and for this host only', async () => {
    const account = await test.make.staff('administrator');
    await test.app.db.of(AccountModel).update({ password_hash: await hashPassword(password) }, { where: { id: account.id } });
    const answer = await post('/sign-in', `login=${encodeURIComponent(account.email)}&password=${encodeURIComponent(password)}`);
    expect(answer.status).to.equal(303);
    expect(answer.hsts).to.match(/max-age=\d+/);
    const cookie = answer.cookies.find((line) => line.startsWith('__Host-portico-staff='));
    expect(cookie).to.contain('Secure').and.to.contain('HttpOnly').and.to.contain('Path=/').and.to.contain('SameSite=Lax');
  });

  it('uses a renewed certificate without a restart', async () => {
    expect(await certificate()).to.equal('localhost');
    place('renewed-');
    await eventually(async () => (await certificate()) === 'renewed.localhost', 'the renewed certificate', 15_000);
  });
});
