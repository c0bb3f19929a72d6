import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataTypes } from 'sequelize';
import { insert } from '../database/insert.js';
import { defineModel, isUniqueViolation, toDate, type Database } from '../database/types.js';
import { AppError, ConflictError } from '../errors.js';
import type { SecretBox } from '../settings/secret-box.js';
import type { Clock } from '../tokens.js';

/** What is sent, to the byte. */
export interface ApiAnswer {
  status: number;
  type: string;
  /** Bytes only for what is read. */
  body: string | Buffer;
}
/** A changing request with an Idempotency-Key. */
export interface KeyedRequest {
  accountId: number;
  key: string;
  /** Method, address and body. */
  content: string;
  /** False: the operation cannot stand inside of one transaction. */
  transaction: boolean;
}
interface RequestRow {
  id: number;
  account_id: number;
  key_hash: string;
  content_hash: string;
  status: number | null;
  type: string | null;
  body: string | null;
  created_at: Date;
}
export const ApiRequestModel = defineModel<RequestRow>('core_api_requests', {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  account_id: { type: DataTypes.INTEGER, allowNull: false },
  key_hash: { type: DataTypes.STRING(64), allowNull: false },
  content_hash: { type: DataTypes.STRING(64), allowNull: false },
  /** Null while it is under way. */
  status: { type: DataTypes.INTEGER, allowNull: true },
  type: { type: DataTypes.STRING(100), allowNull: true },
  /** Encrypted: it may hold what a person may read, or something shown only once. */
  body: { type: 'MEDIUMTEXT', allowNull: true },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
});

const keptMs = 24 * 3_600_000;
/** A request that began this long ago and has no answer was cut off. */
const cutOffMs = 60_000;
const waitMs = 10_000;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The key of an `Idempotency-Key` header: a quoted string as the draft has it, or bare. @throws AppError 400 */
export function idempotencyKey(header: string): string {
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new AppError('bad_request', 400, { key: 'core:error.idempotencyKey' });
  return key;
}

/**
 * Answers a repeated request as it was answered first. The answer is stored in the transaction of the change, so that there is never one
 * without the other. Refusals and faults have no effect and are not kept: they may be sent again.
 */
export class Idempotency {
  readonly #running = new Map<string, Promise<ApiAnswer>>();

  constructor(private readonly parts: { db: Database; clock: Clock; box: SecretBox }) {}

  /** @throws ConflictError when the key was used for something else, or its first request is still under way */
  async once(request: KeyedRequest, work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    const name = `${request.accountId} ${hash(request.key)}`;
    for (let running = this.#running.get(name); running !== undefined; running = this.#running.get(name)) await running.catch(() => undefined);
    const run = this.#once(request, work).finally(() => this.#running.delete(name));
    this.#running.set(name, run);
    return run;
  }

  /** Forgets answers after a day. */
  async sweep(): Promise<void> {
    await this.parts.db.run('DELETE FROM core_api_requests WHERE created_at < ?', [this.#ago(keptMs)]);
  }

  async #once(request: KeyedRequest, work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    const { db } = this.parts;
    const known = await this.#known(request);
    if (known) return known;
    const begin = () => insert(db, 'core_api_requests', this.#row(request));
    try {
      if (!request.transaction) return await this.#alone(await begin(), request, work);
      return await db.transaction(async () => {
        const id = await begin();
        return this.#keep(id, request, await work());
      });
    } catch (error) {
      // Another node was faster; if it was not the key that was taken twice, the service has failed.
      const other = isUniqueViolation(error) ? await this.#known(request) : null;
      if (other) return other;
      throw error;
    }
  }

  async #alone(id: number, request: KeyedRequest, work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    try {
      return await this.#keep(id, request, await work());
    } catch (error) {
      await this.parts.db.run('DELETE FROM core_api_requests WHERE id = ?', [id]);
      throw error;
    }
  }

  async #keep(id: number, request: KeyedRequest, answer: ApiAnswer): Promise<ApiAnswer> {
    const sealed = this.parts.box.seal(this.#name(request), String(answer.body));
    await this.parts.db.run('UPDATE core_api_requests SET status = ?, type = ?, body = ? WHERE id = ?', [answer.status, answer.type, sealed, id]);
    return answer;
  }

  /** The answer that was given, after waiting for one that is under way elsewhere. */
  async #known(request: KeyedRequest): Promise<ApiAnswer | null> {
    const { db, box } = this.parts;
    const id = [request.accountId, hash(request.key)];
    for (let waited = 0; ; waited += 100) {
      const [row] = await db.query<RequestRow>('SELECT * FROM core_api_requests WHERE account_id = ? AND key_hash = ?', id);
      if (!row) return null;
      const began = toDate(row.created_at);
      if (began < this.#ago(row.status === null ? cutOffMs : keptMs)) {
        await db.run('DELETE FROM core_api_requests WHERE id = ?', [row.id]);
        return null;
      }
      if (row.content_hash !== hash(request.content)) throw new ConflictError({ key: 'core:error.idempotencyOther' }, 'idempotency_key_reused');
      if (row.status !== null) return { status: row.status, type: row.type ?? '', body: box.open(this.#name(request), row.body ?? '') };
      if (waited >= waitMs) throw new ConflictError({ key: 'core:error.idempotencyRunning' }, 'idempotency_key_in_use');
      await sleep(100);
    }
  }

  #row({ accountId, key, content }: KeyedRequest) {
    return { account_id: accountId, key_hash: hash(key), content_hash: hash(content), created_at: this.parts.clock.now() };
  }
  #name({ accountId, key }: KeyedRequest): string {
    return `api-request ${accountId} ${hash(key)}`;
  }
  #ago(milliseconds: number): Date {
    return new Date(this.parts.clock.now().getTime() - milliseconds);
  }
}
