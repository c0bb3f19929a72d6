import { Op, type WhereOptions } from 'sequelize';
import type { Actor } from '../access/types.js';
import { insert } from '../database/insert.js';
import type { Database } from '../database/types.js';
import type { Log } from '../plugin/context.js';
import type { Scope } from '../plugin/scope.js';
import type { Clock } from '../tokens.js';
import { GENESIS, linkHash } from './chain.js';
import { AuditEntry, AuditHead, type AuditRow } from './model.js';
import type { Audit, AuditInput } from './types.js';

const BATCH = 500;

export type Verification = { ok: true; entries: number } | { ok: false; seq: number; entries: number };

/** Writers only insert; a sealer links what has committed, so that no change waits for another at the head of the chain. */
export class AuditLog implements Audit {
  #sealing: Promise<void> | null = null;

  constructor(private readonly deps: { db: Database; clock: Clock; log: Log }) {}

  async record(actor: Actor, entry: AuditInput): Promise<void> {
    await insert(this.deps.db, 'core_audit', {
      at: this.deps.clock.now(),
      actor: actor.account?.id ?? null,
      on_behalf_of: actor.onBehalfOf?.id ?? null,
      session_id: actor.sessionId,
      channel: actor.channel,
      ip: actor.ip,
      action: entry.action,
      object_kind: entry.object?.kind ?? null,
      object_id: entry.object === undefined ? null : String(entry.object.id),
      object_name: entry.object?.name?.slice(0, 255) ?? null,
      token: actor.token ? `#${actor.token.id} ${actor.token.name}` : null,
      customer_id: entry.customerId ?? null,
      before: entry.before === undefined ? null : JSON.stringify(entry.before),
      after: entry.after === undefined ? null : JSON.stringify(entry.after),
    });
  }

  start(scope: Scope): void {
    scope.timer(1000, () => {
      this.seal().catch((error: unknown) => this.deps.log.error({ err: error }, 'audit entries could not be sealed'));
    });
    scope.add(async () => {
      await this.#sealing?.catch(() => undefined);
    });
  }

  /** Links every committed entry that is not linked yet. */
  seal(): Promise<void> {
    this.#sealing ??= this.#sealAll().finally(() => (this.#sealing = null));
    return this.#sealing;
  }

  /** Walks the whole chain and names the first link that does not hold. */
  async verify(): Promise<Verification> {
    let previous = GENESIS;
    let seq = 0;
    for (;;) {
      const rows = await this.#rows({ seq: { [Op.gt]: seq } }, 'seq');
      for (const row of rows) {
        if (row.seq !== seq + 1 || row.hash !== linkHash(previous, row.seq, row)) return { ok: false, seq: seq + 1, entries: seq };
        seq = row.seq;
        previous = row.hash;
      }
      if (rows.length < BATCH) break;
    }
    const head = await this.#head();
    // A sealer may have added links since the last page was read; a head further back or missing entries may not be.
    const last = head === null || head.seq <= seq ? seq : (((await this.deps.db.of(AuditEntry).max('seq')) as number | null) ?? 0);
    const complete = head === null ? seq === 0 : head.seq === seq ? head.hash === previous : head.seq > seq && last >= head.seq;
    return complete ? { ok: true, entries: seq } : { ok: false, seq: seq + 1, entries: seq };
  }

  async #sealAll(): Promise<void> {
    while ((await this.#sealBatch()) === BATCH);
  }

  async #sealBatch(): Promise<number> {
    const { db, clock } = this.deps;
    if ((await db.of(AuditEntry).findOne({ attributes: ['id'], where: { seq: null }, raw: true })) === null) return 0;
    return db.transaction(async () => {
      // The update takes the row's lock on every engine; read only after it.
      await db.of(AuditHead).update({ sealed_at: clock.now() }, { where: { id: 1 } });
      const head = await this.#head();
      if (head === null) throw new Error('The head of the audit chain is missing');
      let { seq, hash } = head;
      const rows = await this.#rows({ seq: null }, 'id');
      for (const row of rows) {
        seq += 1;
        hash = linkHash(hash, seq, row);
        await db.run('UPDATE core_audit SET seq = ?, hash = ? WHERE id = ?', [seq, hash, row.id]);
      }
      if (rows.length > 0) await db.of(AuditHead).update({ seq, hash }, { where: { id: 1 } });
      return rows.length;
    });
  }

  async #head(): Promise<{ seq: number; hash: string } | null> {
    return this.deps.db.of(AuditHead).findByPk(1);
  }

  async #rows(where: WhereOptions<AuditRow>, order: 'seq' | 'id'): Promise<AuditRow[]> {
    return this.deps.db.of(AuditEntry).findAll({ where, order: [[order, 'ASC']], limit: BATCH });
  }
}
