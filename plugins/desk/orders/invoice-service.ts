import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  NotFoundError,
  inject,
  injectable,
  readRows,
  toDate,
  within,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
} from '../../../core/api.js';
import { decodeCursor, encodeCursor, sheetOf, type RowSheet } from '../../customers/api.js';
import { Sight } from '../sight.js';
import type { OrderStatus, Page } from '../types.js';
import { sheetsOf } from './order-rows.js';
import { OrderService } from './order-service.js';
import { Exports, type ExportRow } from './tables.js';

/** An order as an invoice is written from it. Purchase prices only with the right to them. */
export interface InvoiceOrder {
  id: number;
  number: string;
  title: string;
  status: OrderStatus;
  customer_number: number;
  customer_name: string;
  registration_number: string | null;
  vat_number: string | null;
  invoice_email: string | null;
  installation_name: string | null;
  project_number: string | null;
  done_at: Date;
  value: number;
}
export type InvoiceBasis = InvoiceOrder & { sheet: RowSheet };
export type ExportView = ExportRow & { account_name: string | null; /** Of its orders, those not invoiced yet. */ open: number };
/** So many orders are handed over at once; the rest waits for the next time. */
const mostOrders = 1_000;

const columns = `o.id, o.number, o.title, o.status, c.number AS customer_number, c.name AS customer_name, c.registration_number, c.vat_number, c.invoice_email,
  i.name AS installation_name, p.number AS project_number, o.status_at AS done_at, o.value`;
const joins = `JOIN customers_customers c ON c.id = o.customer_id LEFT JOIN customers_installations i ON i.id = o.installation_id LEFT JOIN customers_projects p ON p.id = o.project_id`;
const waiting = "o.status = 'done' AND o.export_id IS NULL";

/** Done orders on their way to the economic system: each is handed over once, can be fetched again, and taken back until it is invoiced. */
@injectable()
export class InvoiceService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(Sight) private readonly sight: Sight,
    @inject(OrderService) private readonly orders: OrderService,
  ) {}

  /** Done orders that were not handed over yet, oldest first. */
  async waiting(actor: Actor, { after, limit = 25 }: { after?: string; limit?: number } = {}): Promise<Page<InvoiceOrder>> {
    const [id] = decodeCursor(after, 1) ?? [0];
    const rows = await this.#orders(actor, `${waiting} AND o.id > ?`, [Number(id)], limit + 1);
    const shown = rows.slice(0, limit);
    return { rows: shown, next: rows.length > limit ? encodeCursor(shown.at(-1)!.id) : null };
  }

  /** How many wait; stops counting at `most`. */
  async count(actor: Actor, most = mostOrders): Promise<number> {
    const scope = await this.sight.orders(actor, 'desk.invoice.manage');
    const [row] = await this.db.query<{ n: number }>(
      `SELECT COUNT(*) AS n FROM (SELECT o.id FROM desk_orders o WHERE ${waiting} AND ${scope.sql} LIMIT ${most}) x`,
      scope.params,
    );
    return Number(row?.n);
  }

  /** Hands over what waits, in the actor's reach. @throws ConflictError when nothing does */
  async create(actor: Actor): Promise<number> {
    await this.access.assert(actor, 'desk.invoice.manage');
    return this.db.transaction(async () => {
      const found = await this.#orders(actor, waiting, [], mostOrders);
      const made = await this.db.of(Exports).create({ account_id: actor.account?.id ?? null, created_at: this.clock.now(), orders: 0, undone_at: null });
      const ids = found.map((order) => order.id);
      // Only those that nobody took meanwhile.
      const { changes } =
        ids.length === 0
          ? { changes: 0 }
          : await this.db.run(`UPDATE desk_orders SET export_id = ? WHERE export_id IS NULL AND status = 'done' AND id ${within(ids)}`, [made.id, ...ids]);
      if (changes === 0) throw new ConflictError({ key: 'desk:error.nothingToExport' }, 'nothing_to_export');
      await this.db.of(Exports).update({ orders: changes }, { where: { id: made.id } });
      await this.#record(actor, made.id, 'desk.export.created', { orders: changes });
      return made.id;
    });
  }

  /** The hand-overs that the actor made, or sees orders of; newest first. */
  async list(actor: Actor): Promise<ExportView[]> {
    await this.access.assert(actor, 'desk.invoice.manage');
    const scope = await this.sight.orders(actor, 'desk.invoice.manage');
    const rows = await readRows<ExportRow>(
      this.db,
      Exports,
      `WHERE account_id = ? OR EXISTS (SELECT 1 FROM desk_orders o WHERE o.export_id = desk_exports.id AND ${scope.sql}) ORDER BY id DESC LIMIT 50`,
      [actor.account?.id ?? 0, ...scope.params],
    );
    return this.#views(rows);
  }

  /** One hand-over and its orders, with their rows. @throws NotFoundError outside the reach, too */
  async get(actor: Actor, id: number): Promise<ExportView & { basis: InvoiceBasis[] }> {
    await this.access.assert(actor, 'desk.invoice.manage');
    const [row] = await readRows<ExportRow>(this.db, Exports, 'WHERE id = ?', [id]);
    const orders = row ? await this.#orders(actor, 'o.export_id = ?', [id], mostOrders) : [];
    if (!row || (orders.length === 0 && row.account_id !== (actor.account?.id ?? 0))) throw new NotFoundError();
    const [view] = await this.#views([row]);
    return { ...view!, basis: await this.#basis(actor, orders) };
  }

  /** Takes it back: its orders wait again. @throws ConflictError when one is invoiced already */
  async undo(actor: Actor, id: number): Promise<void> {
    const { basis, undone_at } = await this.get(actor, id);
    if (undone_at) return;
    if (basis.some((order) => order.status === 'invoiced')) throw new ConflictError({ key: 'desk:error.exportInvoiced' }, 'export_invoiced');
    await this.db.transaction(async () => {
      const ids = basis.map((order) => order.id);
      if (ids.length > 0)
        await this.db.run(`UPDATE desk_orders SET export_id = NULL WHERE export_id = ? AND status = 'done' AND id ${within(ids)}`, [id, ...ids]);
      const [left] = await this.db.query<{ n: number }>('SELECT COUNT(*) AS n FROM desk_orders WHERE export_id = ?', [id]);
      if (Number(left?.n) === 0) await this.db.of(Exports).update({ undone_at: this.clock.now() }, { where: { id } });
      await this.#record(actor, id, 'desk.export.undone', { orders: ids.length });
    });
  }

  /** Says that its orders are invoiced. Answers how many became so. */
  async invoice(actor: Actor, id: number): Promise<number> {
    const open = (await this.get(actor, id)).basis.filter((order) => order.status === 'done');
    for (const order of open) await this.orders.setStatus(actor, order.id, 'invoiced');
    return open.length;
  }

  async #orders(actor: Actor, where: string, params: readonly unknown[], limit: number): Promise<InvoiceOrder[]> {
    const scope = await this.sight.orders(actor, 'desk.invoice.manage');
    const rows = await this.db.query<InvoiceOrder>(
      `SELECT ${columns} FROM desk_orders o ${joins} WHERE ${where} AND ${scope.sql} ORDER BY o.id LIMIT ${limit}`,
      [...params, ...scope.params],
    );
    return rows.map((row) => ({ ...row, done_at: toDate(row.done_at), value: Number(row.value) }));
  }

  async #basis(actor: Actor, orders: readonly InvoiceOrder[]): Promise<InvoiceBasis[]> {
    if (orders.length === 0) return [];
    const ids = orders.map((order) => order.id);
    const purchase = await this.access.can(actor, 'desk.purchase-price.read');
    const sheets = await sheetsOf(this.db, ids, purchase);
    return orders.map((order) => ({ ...order, sheet: sheets.get(order.id) ?? sheetOf([], purchase) }));
  }

  async #views(rows: readonly ExportRow[]): Promise<ExportView[]> {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const open = await this.db.query<{ id: number; n: number }>(
      `SELECT export_id AS id, COUNT(*) AS n FROM desk_orders WHERE status = 'done' AND export_id ${within(ids)} GROUP BY export_id`,
      ids,
    );
    const counts = new Map(open.map((row) => [row.id, Number(row.n)]));
    const names = await this.accounts.getMany(rows.flatMap((row) => row.account_id ?? []));
    return rows.map((row) => ({ ...row, account_name: names.get(row.account_id ?? 0)?.name ?? null, open: counts.get(row.id) ?? 0 }));
  }

  async #record(actor: Actor, id: number, action: string, after: Record<string, unknown>): Promise<void> {
    await this.audit.record(actor, { action, object: { kind: 'desk.export', id, name: String(id) }, after });
  }
}
