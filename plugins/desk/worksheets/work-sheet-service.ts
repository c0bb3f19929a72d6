import { createHash } from 'node:crypto';
import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  NOTIFICATIONS,
  NotFoundError,
  URLS,
  inject,
  injectable,
  isUniqueViolation,
  readRows,
  toDate,
  within,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Notifications,
  type PermissionId,
  type Urls,
} from '../../../core/api.js';
import { AccessDirectory, CustomerService } from '../../customers/api.js';
import { doneAt, monthOf } from '../orders/evaluation.js';
import { OrderRowService, sheetsOf } from '../orders/order-rows.js';
import { Printing } from '../orders/printing.js';
import type { Printed } from '../orders/printed.js';
import { TimeEntries, type TimeRow } from '../orders/tables.js';
import { offered } from '../quotations/offer.js';
import { Sight, orderResource } from '../sight.js';
import type { OrderRow } from '../types.js';
import { monthName } from './month-name.js';
import { WorkSheets, type WorkSheetRow } from './tables.js';
import { printedSheet, type SheetOrder, type WorkSheet } from './work-sheet.js';

/** A month of a customer in the list of staff. */
export interface SheetLine {
  customer_id: number;
  customer_name: string;
  orders: number;
  value: number;
  sent_at: Date | null;
}
type Raw = Pick<OrderRow, 'id' | 'number' | 'title' | 'technician_id' | 'performed_work'> & { place: string | null; done_at: Date | string };
const monthShape = /^20\d\d-(0[1-9]|1[0-2])$/;
const mostOrders = 500;
/** Orders that were done, with the time of it. */
const done = `SELECT o.*, ${doneAt} AS done_at FROM desk_orders o WHERE o.status IN ('done', 'invoiced')`;

/** Monthly work sheets per customer (CM-02): computed until they are sent, and then as they were sent. */
@injectable()
export class WorkSheetService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(NOTIFICATIONS) private readonly notifications: Notifications,
    @inject(URLS) private readonly urls: Urls,
    @inject(CustomerService) private readonly customers: CustomerService,
    @inject(AccessDirectory) private readonly directory: AccessDirectory,
    @inject(Sight) private readonly sight: Sight,
    @inject(OrderRowService) private readonly rows: OrderRowService,
    @inject(Printing) private readonly printing: Printing,
  ) {}

  /** Customers with orders that were done in a month, by name; the month is that of the zone. */
  async list(actor: Actor, month: string, timeZone: string): Promise<SheetLine[]> {
    const { from, to } = monthOf(...yearAndMonth(month), timeZone);
    const scope = await this.sight.orders(actor, 'desk.work-sheet.manage');
    const rows = await this.db.query<SheetLine>(
      `SELECT d.customer_id, c.name AS customer_name, COUNT(*) AS orders, SUM(d.value) AS value, w.sent_at FROM (${done} AND o.status_at >= ? AND ${scope.sql}) d
       JOIN customers_customers c ON c.id = d.customer_id LEFT JOIN desk_work_sheets w ON w.customer_id = d.customer_id AND w.month = ?
       WHERE d.done_at >= ? AND d.done_at < ? GROUP BY d.customer_id, c.name, c.name_key, w.sent_at ORDER BY c.name_key, d.customer_id LIMIT 1000`,
      [from, ...scope.params, month, from, to],
    );
    return rows.map((row) => ({ ...row, orders: Number(row.orders), value: Number(row.value), sent_at: toDate(row.sent_at) }));
  }

  /** The work sheet of a month, for staff. @throws NotFoundError, ForbiddenError */
  async get(actor: Actor, customerId: number, month: string): Promise<WorkSheet> {
    await this.#manage(actor, customerId);
    return this.#shown(actor, (await this.#kept(customerId, month)) ?? (await this.#build(customerId, month)), 'desk.work-sheet.manage');
  }

  /** What was sent, for accounts with the option; null before. Each sees the orders that its option reaches. */
  async sent(actor: Actor, customerId: number, month: string): Promise<WorkSheet | null> {
    if (!(await this.#reaches(actor, customerId))) throw new NotFoundError();
    const sheet = await this.#kept(customerId, month);
    return sheet && this.#shown(actor, sheet, 'desk.work-sheet.read');
  }

  /** Sends it: it stands still from now on. @throws ConflictError the second time, or without any order */
  async send(actor: Actor, customerId: number, month: string): Promise<void> {
    await this.#manage(actor, customerId);
    await this.db
      .transaction(async () => {
        const sheet: WorkSheet = { ...(await this.#build(customerId, month)), sentAt: this.clock.now().toISOString() };
        if (sheet.orders.length === 0) throw new ConflictError({ key: 'desk:error.sheetEmpty' }, 'sheet_empty');
        const content = JSON.stringify(sheet);
        const hash = createHash('sha256').update(content).digest('hex');
        await this.db.of(WorkSheets).create({ customer_id: customerId, month, content, hash, sent_at: this.clock.now(), sent_by: actor.account?.id ?? null });
        await this.#record(actor, customerId, month, 'sent', { orders: sheet.orders.length, hash });
        await this.#tell(customerId, month);
      })
      .catch((error: unknown) => {
        throw isUniqueViolation(error) ? new ConflictError({ key: 'desk:error.sheetSent' }, 'sheet_sent') : error;
      });
  }

  /** Takes it back: it is computed again, and customers see it no more. @throws ConflictError unless it was sent */
  async takeBack(actor: Actor, customerId: number, month: string): Promise<void> {
    await this.#manage(actor, customerId);
    await this.db.transaction(async () => {
      const gone = await this.db.of(WorkSheets).destroy({ where: { customer_id: customerId, month } });
      if (gone === 0) throw new ConflictError({ key: 'desk:error.sheetOpen' }, 'sheet_open');
      await this.#record(actor, customerId, month, 'taken-back', {});
    });
  }

  print(sheet: WorkSheet): Printed {
    return printedSheet(sheet, this.printing.voice(sheet.language, sheet.timeZone, sheet.currency), this.printing.company());
  }

  pdf(sheet: WorkSheet): Promise<Buffer> {
    return this.printing.pdf(this.print(sheet));
  }

  async #manage(actor: Actor, customerId: number): Promise<void> {
    await this.customers.get(actor, customerId);
    await this.access.assert(actor, 'desk.work-sheet.manage', { customer: customerId });
  }

  async #kept(customerId: number, month: string): Promise<WorkSheet | null> {
    const [row] = await readRows<WorkSheetRow>(this.db, WorkSheets, 'WHERE customer_id = ? AND month = ?', [customerId, month]);
    return row ? (JSON.parse(row.content) as WorkSheet) : null;
  }

  /** All of it, whoever asks: four queries, however many orders there are. */
  async #build(customerId: number, month: string): Promise<WorkSheet> {
    const [customer] = await this.db.query<{ name: string }>('SELECT name FROM customers_customers WHERE id = ?', [customerId]);
    if (!customer) throw new NotFoundError();
    const { language, timeZone, currency } = await this.printing.forCustomer(customerId);
    const { from, to } = monthOf(...yearAndMonth(month), timeZone);
    const orders = await this.db.query<Raw>(
      `SELECT d.id, d.number, d.title, d.technician_id, d.performed_work, d.done_at, i.name AS place FROM (${done} AND o.customer_id = ?) d
       LEFT JOIN customers_installations i ON i.id = d.installation_id WHERE d.done_at >= ? AND d.done_at < ? ORDER BY d.done_at, d.id LIMIT ${mostOrders}`,
      [customerId, from, to],
    );
    const ids = orders.map((order) => order.id);
    const times =
      ids.length === 0 ? [] : await readRows<TimeRow>(this.db, TimeEntries, `WHERE order_id ${within(ids)} AND minutes IS NOT NULL ORDER BY start, id`, ids);
    const sheets = await sheetsOf(this.db, ids, false);
    const names = await this.accounts.getMany([...orders.flatMap((order) => order.technician_id ?? []), ...times.map((time) => time.account_id)]);
    const nameOf = (id: number | null) => names.get(id ?? 0)?.name ?? null;
    const timesOf = new Map<number, TimeRow[]>();
    for (const time of times) timesOf.set(time.order_id, [...(timesOf.get(time.order_id) ?? []), time]);
    const none = { rows: [], sales_total: 0, vat: [], vat_total: 0, total: 0 };
    return {
      ...{ customer: customer.name, month, language, timeZone, currency, sentAt: null },
      orders: orders.map((order) => ({
        ...{ id: order.id, number: order.number, title: order.title, place: order.place, doneAt: toDate(order.done_at).toISOString() },
        technician: nameOf(order.technician_id),
        work: {
          text: order.performed_work,
          times: (timesOf.get(order.id) ?? []).map(({ start, account_id, kind, minutes, billable, note }) => ({
            ...{ start: start.toISOString(), name: nameOf(account_id), kind, minutes: minutes ?? 0, billable: Boolean(billable), note },
          })),
        },
        rows: offered(sheets.get(order.id) ?? none),
      })),
    };
  }

  /** What this reader may see of it: KO-06, KO-12, and the orders in reach. */
  async #shown(actor: Actor, sheet: WorkSheet, permission: PermissionId): Promise<WorkSheet> {
    const ids = sheet.orders.map((order) => order.id);
    if (ids.length === 0) return sheet;
    const scope = await this.sight.orders(actor, permission);
    const seen = await this.db.query<Omit<OrderRow, 'status'>>(
      `SELECT o.id, o.customer_id, o.installation_id, o.project_id, o.device_id, o.request_id FROM desk_orders o WHERE o.id ${within(ids)} AND ${scope.sql}`,
      [...ids, ...scope.params],
    );
    const known = new Map(seen.map((row) => [row.id, row]));
    const rows = this.rows.shows(actor);
    const orders: SheetOrder[] = [];
    for (const { work, rows: sold, ...order } of sheet.orders) {
      const row = known.get(order.id);
      if (!row) continue;
      const worked = await this.access.can(actor, 'desk.work.read', orderResource(row));
      orders.push({ ...order, ...(worked && work ? { work } : {}), ...(rows && sold ? { rows: sold } : {}) });
    }
    return { ...sheet, orders };
  }

  async #record(actor: Actor, customerId: number, month: string, action: string, after: Record<string, unknown>): Promise<void> {
    const object = { kind: 'desk.work-sheet', id: customerId, name: month };
    await this.audit.record(actor, { action: `desk.work-sheet.${action}`, object, customerId, after });
  }

  /** To accounts with the option. */
  async #tell(customerId: number, month: string): Promise<void> {
    for (const account of (await this.accounts.getMany(await this.directory.accountsOf(customerId))).values()) {
      if (account.status !== 'active') continue;
      const actor: Actor = { kind: 'customer', account, onBehalfOf: null, sessionId: null, channel: 'job', ip: null };
      if (!(await this.#reaches(actor, customerId))) continue;
      await this.notifications.send({
        template: 'desk.work-sheet-sent',
        to: { accountId: account.id },
        channels: ['email', 'inbox'],
        data: { month: monthName(account.language, month) },
        link: this.urls.to('portal', `/work-sheets?${new URLSearchParams({ month, customer: String(customerId) }).toString()}`),
        customerId,
      });
    }
  }

  /** Does the option reach anything of the customer? */
  async #reaches(actor: Actor, customerId: number): Promise<boolean> {
    return (await this.directory.customersInReach(actor, 'desk.work-sheet.read')).some(({ id }) => id === customerId);
  }
}

/** @throws NotFoundError when it is no month */
function yearAndMonth(month: string): [year: number, month: number] {
  if (!monthShape.test(month)) throw new NotFoundError();
  const [year = 0, number = 0] = month.split('-').map(Number);
  return [year, number];
}
