import { Op, type WhereOptions } from 'sequelize';
import type { Database } from '../database/types.js';
import { OutboxMessage, type OutboxRow, type OutboxStatus } from './model.js';

const PAGE = 50;

export interface OutgoingFilter {
  status?: OutboxStatus | undefined;
  channel?: string | undefined;
  before?: string | undefined;
}

/** Reads outgoing messages for the page that shows them. */
export class OutgoingMessages {
  constructor(private readonly db: Database) {}

  async list(filter: OutgoingFilter): Promise<{ items: OutboxRow[]; next: string | null }> {
    const where: WhereOptions<OutboxRow> = {
      ...(filter.status === undefined ? {} : { status: filter.status }),
      ...(filter.channel === undefined ? {} : { channel: filter.channel }),
      ...(filter.before === undefined ? {} : { id: { [Op.lt]: filter.before } }),
    };
    const rows = await this.db.of(OutboxMessage).findAll({ where, order: [['id', 'DESC']], limit: PAGE + 1 });
    const items = rows.slice(0, PAGE).map((row) => row.get({ plain: true }));
    return { items, next: rows.length > PAGE ? (items.at(-1)?.id ?? null) : null };
  }

  async get(id: string): Promise<OutboxRow | null> {
    return (await this.db.of(OutboxMessage).findByPk(id))?.get({ plain: true }) ?? null;
  }

  /** How many there are per status. */
  async counts(): Promise<Map<string, number>> {
    const rows = await this.db.query<{ status: string; n: number }>('SELECT status, COUNT(*) AS n FROM core_outbox GROUP BY status');
    return new Map(rows.map((row) => [row.status, Number(row.n)]));
  }

  async channels(): Promise<string[]> {
    return (await this.db.query<{ channel: string }>('SELECT DISTINCT channel FROM core_outbox ORDER BY channel')).map((row) => row.channel);
  }
}
