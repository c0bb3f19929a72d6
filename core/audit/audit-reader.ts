import { Op, type WhereOptions } from 'sequelize';
import type { Database } from '../database/types.js';
import { blankedAction } from './chain.js';
import { differences } from './diff.js';
import { AuditEntry, type AuditRow } from './model.js';
import type { AuditRecord, AuditTrail, CustomerEntries } from './types.js';

const EXPORT_BATCH = 500;

export interface AuditFilter {
  /** An account, or 'system' for what nobody did. */
  actor?: number | 'system' | undefined;
  action?: string | undefined;
  customerId?: number | undefined;
  objectKind?: string | undefined;
  objectId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/** Reads the audit log for its page and its export. */
export class AuditReader implements AuditTrail {
  constructor(private readonly db: Database) {}

  async page(filter: AuditFilter, before: number | null, limit: number): Promise<{ entries: AuditRow[]; next: number | null }> {
    const rows = await this.#rows(filter, before, limit + 1);
    const entries = rows.slice(0, limit);
    return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
  }

  async get(id: number): Promise<AuditRow | null> {
    return (await this.db.of(AuditEntry).findByPk(id))?.get({ plain: true }) ?? null;
  }

  /** Everything that matches, newest first, a batch at a time. */
  async *all(filter: AuditFilter): AsyncGenerator<AuditRow[]> {
    for (let before: number | null = null; ;) {
      const rows: AuditRow[] = await this.#rows(filter, before, EXPORT_BATCH);
      if (rows.length > 0) yield rows;
      if (rows.length < EXPORT_BATCH) return;
      before = rows[rows.length - 1].id;
    }
  }

  /** Entries of one customer for those who see it. */
  async ofCustomer(customerId: number, { before, limit = 50, actor, action }: CustomerEntries = {}): Promise<{ entries: AuditRecord[]; next: number | null }> {
    const { entries, next } = await this.page({ customerId, actor, action: action || undefined }, before ?? null, Math.min(limit, EXPORT_BATCH));
    const shown = entries.map((row) => ({
      id: row.id,
      at: row.at,
      actor: row.actor,
      action: row.action,
      objectName: row.object_name,
      channel: row.channel,
      differences: row.action === blankedAction ? [] : differences(row).filter(({ field }) => !/purchase/.test(field)),
    }));
    return { entries: shown, next };
  }

  /** Answered from indexes alone. */
  async facetsOf(customerId: number): Promise<{ actions: string[]; actors: number[] }> {
    const actions = await this.db.query<{ action: string }>('SELECT DISTINCT action FROM core_audit WHERE customer_id = ? ORDER BY action', [customerId]);
    const actors = await this.db.query<{ actor: number }>('SELECT DISTINCT actor FROM core_audit WHERE customer_id = ? AND actor IS NOT NULL LIMIT 200', [
      customerId,
    ]);
    return { actions: actions.map((row) => row.action), actors: actors.map((row) => row.actor) };
  }

  async actions(): Promise<string[]> {
    return (await this.db.query<{ action: string }>('SELECT DISTINCT action FROM core_audit ORDER BY action')).map((row) => row.action);
  }

  async #rows(filter: AuditFilter, before: number | null, limit: number): Promise<AuditRow[]> {
    const conditions: WhereOptions<AuditRow>[] = [
      filter.actor === undefined ? {} : { actor: filter.actor === 'system' ? null : filter.actor },
      filter.action === undefined ? {} : { action: filter.action },
      filter.customerId === undefined ? {} : { customer_id: filter.customerId },
      filter.objectKind === undefined ? {} : { object_kind: filter.objectKind },
      filter.objectId === undefined ? {} : { object_id: filter.objectId },
      filter.from === undefined ? {} : { at: { [Op.gte]: filter.from } },
      filter.to === undefined ? {} : { at: { [Op.lt]: filter.to } },
      before === null ? {} : { id: { [Op.lt]: before } },
    ];
    const rows = await this.db.of(AuditEntry).findAll({ where: { [Op.and]: conditions }, order: [['id', 'DESC']], limit });
    return rows.map((row) => row.get({ plain: true }));
  }
}
