import { NotFoundError, inject, injectable, type Actor, type Formatter } from '../../../core/api.js';
import type { OrderView } from '../types.js';
import { CheckService } from './check-service.js';
import { OrderRowService } from './order-rows.js';
import { OrderService } from './order-service.js';
import { PictureService, type Pictures, type SignatureView } from './picture-service.js';
import { durationOf, rowTable, type Printed, type PrintedSection, type Translate } from './printed.js';
import { Printing } from './printing.js';
import { TimeService } from './time-service.js';

/** A service report, ready to be set: every text is in the customer's language. */
export interface Report extends Printed {
  order: { id: number; number: string; title: string };
  photos: { heading: string; files: Pictures[keyof Pictures] }[];
  signature: (NonNullable<Printed['signature']> & { file: SignatureView['file'] }) | null;
}
/** Customers get the report once the work is done. */
const ready = ['done', 'invoiced'];

/** The service report of an order: what the reader may see of it, never purchase prices. */
@injectable()
export class ReportService {
  constructor(
    @inject(OrderService) private readonly orders: OrderService,
    @inject(OrderRowService) private readonly rows: OrderRowService,
    @inject(TimeService) private readonly times: TimeService,
    @inject(CheckService) private readonly checks: CheckService,
    @inject(PictureService) private readonly pictures: PictureService,
    @inject(Printing) private readonly printing: Printing,
  ) {}

  /** Is there a report for this actor? */
  offers(actor: Actor, order: Pick<OrderView, 'status'>): boolean {
    return actor.kind !== 'customer' || ready.includes(order.status);
  }

  /** @throws NotFoundError outside the reach, and for customers before the work is done */
  async build(actor: Actor, orderId: number): Promise<Report> {
    const order = await this.orders.get(actor, orderId);
    if (!this.offers(actor, order)) throw new NotFoundError();
    const { language, fmt, t, currency } = await this.printing.forCustomer(order.customer_id);
    // KO-06, KO-12: what the reader may not see is not in it.
    const work = 'performed_work' in order;
    const sheet = this.rows.shows(actor) ? await this.rows.sheet(actor, orderId) : null;
    const signature = work ? await this.pictures.signature(actor, orderId) : null;
    const photos = work ? await this.pictures.list(actor, orderId) : { before: [], after: [] };
    const title = t('serviceReport.title', { number: order.number });
    return {
      language,
      title,
      subtitle: order.title,
      at: order.status_at,
      order: { id: order.id, number: order.number, title: order.title },
      company: this.printing.company(),
      facts: facts(order, fmt, t),
      sections: [
        ...(order.request ? [{ heading: t('order.report'), text: order.request.text }] : []),
        ...(work && order.performed_work ? [{ heading: t('order.work'), text: order.performed_work }] : []),
        ...(work ? [...(await this.#checks(actor, orderId, fmt, t)), ...(await this.#times(actor, orderId, fmt, t))] : []),
        ...(sheet && sheet.rows.length > 0 ? [{ heading: t('order.rows'), tables: [rowTable(sheet, fmt, currency, t)] }] : []),
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

  /** The report as a PDF. */
  pdf(report: Report): Promise<Buffer> {
    return this.printing.pdf(report, report.signature?.file?.id);
  }

  async #checks(actor: Actor, orderId: number, fmt: Formatter, t: Translate): Promise<PrintedSection[]> {
    const checks = await this.checks.list(actor, orderId);
    const note = (at: Date | null, name: string | null) => (at ? [name, fmt.dateTime(at, 'medium')].filter(Boolean).join(', ') : '');
    const lines = checks.map(({ text, done_at, done_by_name }) => ({ text, done: done_at !== null, note: note(done_at, done_by_name) }));
    return lines.length > 0 ? [{ heading: t('checks.title'), checks: lines }] : [];
  }

  async #times(actor: Actor, orderId: number, fmt: Formatter, t: Translate): Promise<PrintedSection[]> {
    const times = (await this.times.list(actor, orderId)).filter((one) => one.minutes !== null);
    if (times.length === 0) return [];
    const head = [t('time.start'), t('order.technician'), t('time.kind'), t('time.duration')].map((text, index) => ({ text, number: index === 3 }));
    const rows = times.map((one) => [fmt.dateTime(one.start), one.name ?? '', t(`time.kind.${one.kind}`), durationOf(t, one.minutes ?? 0)]);
    const sum = times.reduce((total, one) => total + (one.minutes ?? 0), 0);
    return [{ heading: t('time.title'), tables: [{ head, rows, sums: [{ label: t('time.sum'), amount: durationOf(t, sum), total: true }] }] }];
  }
}

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
