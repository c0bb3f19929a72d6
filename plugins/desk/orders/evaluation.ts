import {
  ACCESS,
  ACCOUNTS,
  CLOCK,
  DATABASE,
  inject,
  injectable,
  toDate,
  type Access,
  type AccountService,
  type Actor,
  type Clock,
  type Database,
} from '../../../core/api.js';
import { toLocalInput, toUtc } from '../../customers/api.js';
import { Sight, orderResource } from '../sight.js';

/** Figures of one month, of all installations or of one. */
export interface EvaluationRow {
  /** Such as 2026-11. */
  month: string;
  installationId: number | null;
  installation: string | null;
  reports: number;
  done: number;
  /** Of those done, the ones that had a planned end. */
  planned: number;
  inTime: number;
}
/** A line of a monthly work sheet; without `performedWork` for those who may not see it. */
export interface SheetRow {
  id: number;
  number: string;
  title: string;
  installation: string | null;
  doneAt: Date;
  technician: string | null;
  performedWork?: string | null;
}

/** Months as the person's calendar has them, newest last. */
export function monthsBack(now: Date, count: number, timeZone: string): { month: string; from: Date; to: Date }[] {
  const [year = 0, month = 0] = toLocalInput(now, timeZone).split('-').map(Number);
  return Array.from({ length: count }, (_, i) => monthOf(year, month - count + 1 + i, timeZone));
}
/** A month of a year, 1 to 12, as the calendar of a zone has it. */
export function monthOf(year: number, month: number, timeZone: string): { month: string; from: Date; to: Date } {
  const name = (at: number) => new Date(Date.UTC(year, at - 1, 1)).toISOString().slice(0, 7);
  const start = (at: number) => toUtc(`${name(at)}-01T00:00`, timeZone) ?? new Date(Date.UTC(year, at - 1, 1));
  return { month: name(month), from: start(month), to: start(month + 1) };
}

/** When an order of the alias `o` was done: its last step there, or the time of its status where none is noted. */
export const doneAt = "COALESCE((SELECT MAX(e.at) FROM desk_order_events e WHERE e.order_id = o.id AND e.to_status = 'done'), o.status_at)";

/** What customers see of their own figures: the evaluation, and the monthly work sheets. */
@injectable()
export class Evaluation {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /** Twelve months by month and installation: two queries however many orders there are. */
  async months(actor: Actor, timeZone: string, customerId?: number): Promise<EvaluationRow[]> {
    const months = monthsBack(this.clock.now(), 12, timeZone);
    const from = months[0]?.from ?? this.clock.now();
    // Which month a moment falls on, by the borders of the person's months.
    const bucket = (column: string) =>
      `CASE ${months
        .slice(1)
        .map((_, i) => `WHEN ${column} < ? THEN ${i}`)
        .join(' ')} ELSE 11 END`;
    const borders = months.slice(1).map((one) => one.from);
    const ofCustomer = (alias: string) => (customerId === undefined ? '' : ` AND ${alias}.customer_id = ?`);
    const customer = customerId === undefined ? [] : [customerId];
    const requests = await this.sight.requestsWith(actor, 'desk.evaluation.read');
    const reported = await this.db.query<{ m: number; place: number | null; n: number }>(
      `SELECT m, place, COUNT(*) AS n FROM (SELECT ${bucket('r.created_at')} AS m, r.installation_id AS place FROM desk_requests r
       WHERE r.created_at >= ? AND ${requests.sql}${ofCustomer('r')}) x GROUP BY m, place`,
      [...borders, from, ...requests.params, ...customer],
    );
    const orders = await this.sight.orders(actor, 'desk.evaluation.read');
    const finished = await this.db.query<{ m: number; place: number | null; n: number; planned: number; intime: number }>(
      `SELECT m, place, COUNT(*) AS n, SUM(CASE WHEN planned_end IS NULL THEN 0 ELSE 1 END) AS planned,
         SUM(CASE WHEN planned_end IS NOT NULL AND done_at <= planned_end THEN 1 ELSE 0 END) AS intime
       FROM (SELECT ${bucket('d.done_at')} AS m, d.place, d.planned_end, d.done_at
         FROM (SELECT ${doneAt} AS done_at, o.installation_id AS place, o.planned_end FROM desk_orders o
           WHERE o.status IN ('done', 'invoiced') AND o.status_at >= ? AND ${orders.sql}${ofCustomer('o')}) d WHERE d.done_at >= ?) x GROUP BY m, place`,
      [...borders, from, ...orders.params, ...customer, from],
    );
    const names = await this.#places([...reported, ...finished].map((row) => row.place));
    const rows = new Map<string, EvaluationRow>();
    const row = (m: number, place: number | null): EvaluationRow => {
      const key = `${m} ${place}`;
      const known = rows.get(key);
      if (known) return known;
      const made = {
        month: months[m]?.month ?? '',
        installationId: place,
        installation: names.get(place ?? 0) ?? null,
        reports: 0,
        done: 0,
        planned: 0,
        inTime: 0,
      };
      rows.set(key, made);
      return made;
    };
    for (const one of reported) row(Number(one.m), one.place).reports += Number(one.n);
    for (const one of finished) {
      const into = row(Number(one.m), one.place);
      into.done += Number(one.n);
      into.planned += Number(one.planned);
      into.inTime += Number(one.intime);
    }
    return [...rows.values()].sort((a, b) => a.month.localeCompare(b.month) || (a.installation ?? '').localeCompare(b.installation ?? ''));
  }

  /** Orders done in a month, such as `2026-11`, at most 500. */
  async sheet(actor: Actor, timeZone: string, month: string, customerId: number): Promise<SheetRow[]> {
    const [year = 0, number = 0] = month.split('-').map(Number);
    const { from, to } = monthOf(year, number, timeZone);
    const scope = await this.sight.orders(actor, 'desk.work-sheet.read');
    type Raw = {
      id: number;
      number: string;
      title: string;
      customer_id: number;
      installation_id: number | null;
      project_id: number | null;
      device_id: number | null;
    } & {
      request_id: number | null;
      technician_id: number | null;
      performed_work: string | null;
      installation: string | null;
      done_at: Date | string;
    };
    const rows = await this.db.query<Raw>(
      `SELECT d.*, i.name AS installation FROM (SELECT o.id, o.number, o.title, o.customer_id, o.installation_id, o.project_id, o.device_id, o.request_id, o.technician_id,
         o.performed_work, ${doneAt} AS done_at FROM desk_orders o WHERE o.customer_id = ? AND o.status IN ('done', 'invoiced') AND ${scope.sql}) d
       LEFT JOIN customers_installations i ON i.id = d.installation_id WHERE d.done_at >= ? AND d.done_at < ? ORDER BY d.done_at, d.id LIMIT 500`,
      [customerId, ...scope.params, from, to],
    );
    const names = await this.accounts.getMany(rows.flatMap((row) => row.technician_id ?? []));
    const sheet: SheetRow[] = [];
    for (const row of rows) {
      const { id, number: shown, title, installation } = row;
      const work = (await this.access.can(actor, 'desk.work.read', orderResource(row))) ? { performedWork: row.performed_work } : {};
      sheet.push({ id, number: shown, title, installation, doneAt: toDate(row.done_at), technician: names.get(row.technician_id ?? 0)?.name ?? null, ...work });
    }
    return sheet;
  }

  async #places(ids: readonly (number | null)[]): Promise<Map<number, string>> {
    const wanted = [...new Set(ids.flatMap((one) => one ?? []))];
    if (wanted.length === 0) return new Map();
    const rows = await this.db.query<{ id: number; name: string }>(
      `SELECT id, name FROM customers_installations WHERE id IN (${wanted.map(() => '?').join(', ')})`,
      wanted,
    );
    return new Map(rows.map((row) => [row.id, row.name]));
  }
}
