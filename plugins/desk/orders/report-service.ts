import {
  DATABASE,
  FILES,
  NotFoundError,
  SETTINGS,
  TRANSLATOR,
  createFormatter,
  inject,
  injectable,
  type Actor,
  type Database,
  type Files,
  type Formatter,
  type Settings,
  type Translator,
} from '../../../core/api.js';
import type { RowSheet } from '../../customers/api.js';
import type { OrderView } from '../types.js';
import { CheckService } from './check-service.js';
import { OrderRowService } from './order-rows.js';
import { OrderService } from './order-service.js';
import { PictureService, type Pictures, type SignatureView } from './picture-service.js';
import { TimeService } from './time-service.js';

export interface ReportTable {
  head: { text: string; number: boolean }[];
  rows: string[][];
  /** Below it: label, amount, and whether it is the sum of all. */
  sums: { label: string; amount: string; total: boolean }[];
}
export interface ReportSection {
  heading: string;
  text?: string;
  table?: ReportTable;
  checks?: { text: string; done: boolean; note: string }[];
}
/** A service report, ready to be set: every text is in the customer's language. */
export interface Report {
  language: string;
  title: string;
  /** When the order came where it is: the same report is the same file, byte for byte. */
  at: Date;
  order: { id: number; number: string; title: string };
  company: { name: string; lines: string[]; logo: string };
  facts: { label: string; value: string }[];
  sections: ReportSection[];
  photos: { heading: string; files: Pictures[keyof Pictures] }[];
  signature: { heading: string; text: string; file: SignatureView['file'] } | null;
  footer: string;
}
/** Customers get the report once the work is done. */
const ready = ['done', 'invoiced'];

/** The service report of an order: what the reader may see of it, never purchase prices. */
@injectable()
export class ReportService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(TRANSLATOR) private readonly translator: Translator,
    @inject(FILES) private readonly files: Files,
    @inject(OrderService) private readonly orders: OrderService,
    @inject(OrderRowService) private readonly rows: OrderRowService,
    @inject(TimeService) private readonly times: TimeService,
    @inject(CheckService) private readonly checks: CheckService,
    @inject(PictureService) private readonly pictures: PictureService,
  ) {}

  /** Is there a report for this actor? */
  offers(actor: Actor, order: Pick<OrderView, 'status'>): boolean {
    return actor.kind !== 'customer' || ready.includes(order.status);
  }

  /** @throws NotFoundError outside the reach, and for customers before the work is done */
  async build(actor: Actor, orderId: number): Promise<Report> {
    const order = await this.orders.get(actor, orderId);
    if (!this.offers(actor, order)) throw new NotFoundError();
    const [customer] = await this.db.query<{ language: string | null; time_zone: string | null }>(
      'SELECT language, time_zone FROM customers_customers WHERE id = ?',
      [order.customer_id],
    );
    const language = customer?.language ?? this.settings.get('core.language');
    const fmt = createFormatter(language, customer?.time_zone || this.settings.get('core.timeZone'));
    const t = (key: string, vars?: Record<string, string | number>) => this.translator.t(language, key.includes(':') ? key : `desk:${key}`, vars);
    // KO-06, KO-12: what the reader may not see is not in it.
    const work = 'performed_work' in order;
    const sheet = this.rows.shows(actor) ? await this.rows.sheet(actor, orderId) : null;
    const signature = work ? await this.pictures.signature(actor, orderId) : null;
    const photos = work ? await this.pictures.list(actor, orderId) : { before: [], after: [] };
    const title = t('serviceReport.title', { number: order.number });
    return {
      language,
      title,
      at: order.status_at,
      order: { id: order.id, number: order.number, title: order.title },
      company: this.#company(),
      facts: facts(order, fmt, t),
      sections: [
        ...(order.request ? [{ heading: t('order.report'), text: order.request.text }] : []),
        ...(work && order.performed_work ? [{ heading: t('order.work'), text: order.performed_work }] : []),
        ...(work ? [...(await this.#checks(actor, orderId, fmt, t)), ...(await this.#times(actor, orderId, fmt, t))] : []),
        ...(sheet && sheet.rows.length > 0 ? [{ heading: t('order.rows'), table: rowTable(sheet, fmt, this.settings.get('core.currency'), t) }] : []),
      ],
      photos: (['before', 'after'] as const).filter((kind) => photos[kind].length > 0).map((kind) => ({ heading: t(`photos.${kind}`), files: photos[kind] })),
      signature: signature && {
        heading: t('signature.title'),
        text: t('signature.by', { name: signature.name, at: fmt.dateTime(signature.signed_at, 'long') }),
        file: signature.file,
      },
      footer: `${title} · ${fmt.date(order.status_at, 'medium')}`,
    };
  }

  /** The pictures that a PDF holds: the drawing of the signature, and the company's logo where its type can be set. */
  async art(report: Report): Promise<{ logo: string | null; signature: string | null }> {
    const [logo, signature] = [await this.#picture(report.company.logo), await this.#picture(report.signature?.file?.id ?? '')];
    return { logo, signature };
  }

  async #picture(id: string): Promise<string | null> {
    const file = id === '' ? null : await this.files.content(id);
    return file && ['image/png', 'image/jpeg'].includes(file.type) ? `data:${file.type};base64,${file.bytes.toString('base64')}` : null;
  }

  #company(): Report['company'] {
    const get = (key: 'companyName' | 'companyPhone' | 'companyEmail' | 'logo') => this.settings.get(`core.${key}`);
    return { name: get('companyName'), lines: [get('companyPhone'), get('companyEmail')].filter((line) => line !== ''), logo: get('logo') };
  }

  async #checks(actor: Actor, orderId: number, fmt: Formatter, t: Translate): Promise<ReportSection[]> {
    const checks = await this.checks.list(actor, orderId);
    const note = (at: Date | null, name: string | null) => (at ? [name, fmt.dateTime(at, 'medium')].filter(Boolean).join(', ') : '');
    const lines = checks.map(({ text, done_at, done_by_name }) => ({ text, done: done_at !== null, note: note(done_at, done_by_name) }));
    return lines.length > 0 ? [{ heading: t('checks.title'), checks: lines }] : [];
  }

  async #times(actor: Actor, orderId: number, fmt: Formatter, t: Translate): Promise<ReportSection[]> {
    const times = (await this.times.list(actor, orderId)).filter((one) => one.minutes !== null);
    if (times.length === 0) return [];
    const head = [t('time.start'), t('order.technician'), t('time.kind'), t('time.duration')].map((text, index) => ({ text, number: index === 3 }));
    const rows = times.map((one) => [fmt.dateTime(one.start), one.name ?? '', t(`time.kind.${one.kind}`), durationOf(t, one.minutes ?? 0)]);
    const sum = times.reduce((total, one) => total + (one.minutes ?? 0), 0);
    return [{ heading: t('time.title'), table: { head, rows, sums: [{ label: t('time.sum'), amount: durationOf(t, sum), total: true }] } }];
  }
}

type Translate = (key: string, vars?: Record<string, string | number>) => string;

/** "1 h 25 min", or "25 min". */
export const durationOf = (t: Translate, minutes: number): string =>
  minutes < 60 ? t('time.short', { minutes }) : t('time.span', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });

function facts(order: OrderView, fmt: Formatter, t: Translate): Report['facts'] {
  const people = [order.technician_name, ...order.helpers.map((helper) => helper.name)].filter(Boolean).join(', ');
  const place = [order.installation_name, order.installation_address, order.installation_city].filter(Boolean).join(', ');
  const done = order.events.findLast((event) => event.to_status === 'done')?.at;
  const all: [string, string | null | undefined][] = [
    ['report.customer', order.customer_name],
    ['report.installation', place],
    ['order.device', order.device_name],
    ['order.project', order.project_name],
    ['report.contact', order.request?.contact],
    ['order.technicians', people],
    ['order.start', order.planned_start && fmt.dateTime(order.planned_start)],
    ['serviceReport.done', done && fmt.dateTime(done)],
  ];
  return all.flatMap(([label, value]) => (value ? [{ label: t(label), value }] : []));
}

function rowTable(sheet: RowSheet, fmt: Formatter, currency: string, t: Translate): ReportTable {
  const money = (minor: number | null) => (minor === null ? '' : fmt.money(minor, currency));
  const percent = (value: number | null | undefined) => (value ? fmt.number(value / 10_000, { style: 'percent', maximumFractionDigits: 2 }) : '');
  const discount = sheet.rows.some((row) => row.discount);
  const only = <T>(shown: boolean, value: T): T[] => (shown ? [value] : []);
  const labels = ['rows.text', 'rows.quantity', 'rows.sales_price', ...only(discount, 'rows.discount'), 'rows.vat', 'rows.amount'];
  return {
    head: labels.map((label, index) => ({ text: t(`customers:${label}`), number: index > 0 })),
    rows: sheet.rows.map((row) => [
      [row.text, row.article].filter(Boolean).join('\n'),
      [fmt.quantity(row.quantity), row.unit].filter(Boolean).join(' '),
      money(row.sales_price),
      ...only(discount, percent(row.discount)),
      percent(row.vat),
      money(row.sales_amount),
    ]),
    sums: [
      { label: t('customers:rows.sum'), amount: money(sheet.sales_total), total: sheet.vat.length === 0 },
      ...sheet.vat.map((line) => ({
        label: t('customers:rows.vatOf', { rate: percent(line.rate) || '0 %', net: money(line.net) }),
        amount: money(line.vat),
        total: false,
      })),
      ...only(sheet.vat.length > 0, { label: t('customers:rows.total'), amount: money(sheet.total), total: true }),
    ],
  };
}
