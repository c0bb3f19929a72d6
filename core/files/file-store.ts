import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '../access/types.js';
import { within } from '../database/read-rows.js';
import type { Database } from '../database/types.js';
import { InvalidInputError, type Message, NotFoundError } from '../errors.js';
import type { Log } from '../plugin/context.js';
import type { Clock } from '../tokens.js';
import { BlobStore } from './blob-store.js';
import { contentType, PICTURES } from './content-type.js';
import { type FileRow, StoredFile } from './model.js';
import { type Picture, processPicture } from './picture.js';
import type { FileInfo, Files, Upload } from './types.js';

const MAX_BYTES = 25 * 1024 * 1024;
const MAX_PER_OWNER = 100;
const THUMB = '.thumb.webp';

export interface FileStoreDeps {
  db: Database;
  dataDir: string;
  clock: Clock;
  log: Log;
}

/** Uploaded files, each belonging to one thing of one plugin, which also decides who may read it. */
export class FileStore implements Files {
  readonly #blobs: BlobStore;
  readonly #guards = new Map<string, (actor: Actor, ownerId: number) => Promise<boolean>>();

  constructor(private readonly deps: FileStoreDeps) {
    this.#blobs = new BlobStore(join(deps.dataDir, 'files'));
  }

  async keep(actor: Actor, upload: Upload, owner: { kind: string; id: number }): Promise<FileInfo> {
    const refuse = (key: string, vars?: Message['vars']) =>
      new InvalidInputError({ [upload.field]: { key: `core:files.${key}`, vars: { name: displayName(upload.name), ...vars } } });
    if (upload.size === 0) throw refuse('empty');
    if (upload.size > MAX_BYTES) throw refuse('tooLarge', { megabytes: MAX_BYTES / 1024 / 1024 });
    const model = this.deps.db.of(StoredFile);
    if ((await model.count({ where: { owner_kind: owner.kind, owner_id: owner.id } })) >= MAX_PER_OWNER) throw refuse('tooMany', { max: MAX_PER_OWNER });
    const type = await contentType(upload.path, upload.name);
    if (type === null) throw refuse('wrongType');
    const picture = PICTURES.has(type) ? await this.#picture(upload, type, () => refuse('broken')) : null;
    const sha256 = await this.#blobs.put(picture?.bytes ?? upload.path);
    if (picture !== null) await this.#blobs.putBeside(sha256, THUMB, picture.thumb);
    const row: FileRow = {
      id: randomUUID(),
      sha256,
      name: displayName(upload.name),
      type,
      size: picture?.bytes.length ?? upload.size,
      width: picture?.width ?? null,
      height: picture?.height ?? null,
      has_thumb: picture !== null,
      owner_kind: owner.kind,
      owner_id: owner.id,
      account_id: actor.account?.id ?? null,
      created_at: this.deps.clock.now(),
    };
    await model.create(row);
    return toInfo(row);
  }

  async list(owner: { kind: string; id: number }): Promise<FileInfo[]> {
    return (await this.listMany(owner.kind, [owner.id])).get(owner.id) ?? [];
  }

  async listMany(kind: string, ids: readonly number[]): Promise<Map<number, FileInfo[]>> {
    if (ids.length === 0) return new Map();
    const rows = await this.deps.db.query<FileRow>(`SELECT * FROM core_files WHERE owner_kind = ? AND owner_id ${within(ids)} ORDER BY created_at, id`, [
      kind,
      ...ids,
    ]);
    const found = new Map<number, FileInfo[]>();
    for (const row of rows) found.set(row.owner_id, [...(found.get(row.owner_id) ?? []), toInfo(row)]);
    return found;
  }

  async move(from: { kind: string; id: number }, to: { kind: string; id: number }): Promise<void> {
    await this.deps.db.run('UPDATE core_files SET owner_kind = ?, owner_id = ? WHERE owner_kind = ? AND owner_id = ?', [to.kind, to.id, from.kind, from.id]);
  }

  async content(id: string): Promise<{ type: string; bytes: Buffer } | null> {
    const row = await this.deps.db.of(StoredFile).findByPk(id);
    const bytes = row && (await readFile(this.#blobs.path(row.sha256)).catch(() => null));
    return row && bytes && { type: row.type, bytes };
  }

  /** The rows go with the open transaction, the bytes once it has come about: a change that fails loses nothing. */
  async remove(owner: { kind: string; id: number }, id?: string): Promise<void> {
    const { db } = this.deps;
    const where = `owner_kind = ? AND owner_id = ?${id === undefined ? '' : ' AND id = ?'}`;
    const params = [owner.kind, owner.id, ...(id === undefined ? [] : [id])];
    const rows = await db.query<{ sha256: string }>(`SELECT DISTINCT sha256 FROM core_files WHERE ${where}`, params);
    await db.run(`DELETE FROM core_files WHERE ${where}`, params);
    db.afterCommit(async () => {
      for (const { sha256 } of rows)
        if ((await db.query('SELECT id FROM core_files WHERE sha256 = ? LIMIT 1', [sha256])).length === 0) await this.#blobs.remove(sha256, THUMB);
    });
  }

  guard(kind: string, mayRead: (actor: Actor, ownerId: number) => Promise<boolean>): () => void {
    if (this.#guards.has(kind)) throw new Error(`There already is a guard for files of "${kind}"`);
    this.#guards.set(kind, mayRead);
    return () => {
      if (this.#guards.get(kind) === mayRead) this.#guards.delete(kind);
    };
  }

  /** A file that the actor may read. Without its plugin nobody may. @throws NotFoundError */
  async read(actor: Actor, id: string, thumb = false): Promise<FileRow & { path: string; bytes: number }> {
    const row = /^[0-9a-f-]{36}$/.test(id) ? await this.deps.db.of(StoredFile).findByPk(id) : null;
    const mayRead = row === null ? undefined : this.#guards.get(row.owner_kind);
    if (row === null || mayRead === undefined || (thumb && !row.has_thumb) || !(await mayRead(actor, row.owner_id))) throw new NotFoundError();
    const path = this.#blobs.path(row.sha256, thumb ? THUMB : '');
    const found = await stat(path).catch(() => null);
    if (found === null) {
      this.deps.log.error({ file: id }, 'the bytes of a stored file are missing');
      throw new NotFoundError();
    }
    return { ...row.get({ plain: true }), path, bytes: found.size };
  }

  /** Erases files with their bytes and thumbnails; bytes that another file has, too, stay. Bytes go first, so that a second run finds the rest. */
  async erase(where: { sql: string; params: readonly unknown[] }): Promise<number> {
    const { db } = this.deps;
    const rows = await db.query<{ id: string; sha256: string }>(`SELECT id, sha256 FROM core_files WHERE ${where.sql}`, where.params);
    const going = new Set(rows.map((row) => row.id));
    for (const sha256 of new Set(rows.map((row) => row.sha256))) {
      const users = await db.query<{ id: string }>('SELECT id FROM core_files WHERE sha256 = ?', [sha256]);
      if (users.every(({ id }) => going.has(id))) await this.#blobs.remove(sha256, THUMB);
    }
    for (const id of going) await db.run('DELETE FROM core_files WHERE id = ?', [id]);
    return rows.length;
  }

  /** Where the bytes of a stored file lie. */
  pathOf(sha256: string): string {
    return this.#blobs.path(sha256);
  }

  async #picture(upload: Upload, type: string, refuse: () => InvalidInputError): Promise<Picture | null> {
    try {
      const picture = await processPicture(upload.path, type);
      if (picture === null) this.deps.log.warn({}, 'pictures are kept as they came, with what the camera noted: the optional package "sharp" is not installed');
      return picture;
    } catch (error) {
      this.deps.log.warn({ err: error }, 'a picture could not be read');
      throw refuse();
    }
  }
}

function toInfo(row: FileRow): FileInfo {
  const href = `/files/${row.id}`;
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    size: row.size,
    width: row.width,
    height: row.height,
    href,
    thumb: row.has_thumb ? `${href}/thumb` : null,
  };
}

/** The last part of the user's name for it, in one line: shown and offered for saving, never used as a path. */
export function displayName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control and direction characters are what is removed
  const clean = (name.split(/[/\\]/).pop() ?? '').replace(/[\0-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '').trim();
  return [...clean].slice(-200).join('') || 'file';
}
