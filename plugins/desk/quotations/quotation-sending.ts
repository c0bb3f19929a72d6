import {
  ACCOUNTS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  EVENTS,
  InvalidInputError,
  NOTIFICATIONS,
  URLS,
  inject,
  injectable,
  type Account,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
  type Notifications,
  type Urls,
} from '../../../core/api.js';
import { AccessDirectory } from '../../customers/api.js';
import { Sight } from '../sight.js';
import { AnswerLinks } from './answer-links.js';
import { sealed } from './offer.js';
import { QuotationGate } from './quotation-gate.js';
import { QuotationPapers } from './quotation-papers.js';
import { QuotationRecipients, QuotationVersions, Quotations, type QuotationRow } from './tables.js';

/** Quotations on their way to the customer: what is sent is kept word for word. */
@injectable()
export class QuotationSending {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(EVENTS) private readonly events: Events,
    @inject(NOTIFICATIONS) private readonly notifications: Notifications,
    @inject(URLS) private readonly urls: Urls,
    @inject(AccessDirectory) private readonly directory: AccessDirectory,
    @inject(Sight) private readonly sight: Sight,
    @inject(AnswerLinks) private readonly links: AnswerLinks,
    @inject(QuotationGate) private readonly gate: QuotationGate,
    @inject(QuotationPapers) private readonly papers: QuotationPapers,
  ) {}

  /** People of the customer to whom it can be sent, by name; `copy`: gets a copy anyway (CM-02). */
  async recipients(actor: Actor, id: number): Promise<{ id: number; name: string; email: string; copy: boolean }[]> {
    const row = await this.gate.managed(actor, id);
    const people: { id: number; name: string; email: string; copy: boolean }[] = [];
    for (const account of await this.#people(row.customer_id))
      people.push({ id: account.id, name: account.name, email: account.email, copy: await this.#copied(account, id) });
    return people.sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Sends a draft to accounts of the customer. @throws ConflictError when it is none, or somebody changed it just now */
  async send(actor: Actor, id: number, accountIds: readonly number[]): Promise<void> {
    const row = await this.gate.managed(actor, id);
    if (row.status !== 'draft') throw new ConflictError({ key: 'desk:error.quotationSent' }, 'quotation_sent');
    const people = await this.#people(row.customer_id);
    const chosen = people.filter((account) => accountIds.includes(account.id));
    if (chosen.length === 0 || chosen.length < new Set(accountIds).size) throw new InvalidInputError({ account_ids: { key: 'desk:error.recipients' } });
    const now = this.clock.now();
    if (row.valid_until <= now) throw new InvalidInputError({ valid_until: { key: 'desk:error.dayPassed' } });
    const { version } = row;
    await this.db.transaction(async () => {
      const offer = await this.papers.draft(row, now);
      if (offer.rows.length === 0) throw new InvalidInputError({ rows: { key: 'desk:error.quotationEmpty' } });
      const values = { status: 'sent' as const, sent_version: version, status_at: now };
      const [count] = await this.db.of(Quotations).update(values, { where: { id, status: 'draft', version, edits: row.edits } });
      if (count === 0) throw new ConflictError({ key: 'desk:error.changed' }, 'quotation_state');
      const { content, hash } = sealed(offer);
      await this.db.of(QuotationVersions).create({
        ...{ quotation_id: id, version, title: row.title, value: offer.sales_total, valid_until: row.valid_until, content, hash },
        ...{ sent_at: now, sent_by: actor.account?.id ?? null },
      });
      for (const account of chosen) await this.#tell(row, account, 'to');
      const copies: Account[] = [];
      for (const account of people) if (!chosen.includes(account) && (await this.#copied(account, id))) copies.push(account);
      for (const account of copies) await this.#tell(row, account, 'copy');
      await this.audit.record(actor, {
        ...{ action: 'desk.quotation.sent', object: { kind: 'desk.quotation', id, name: row.number }, customerId: row.customer_id },
        after: { version, hash, total: offer.total, to: chosen.map((one) => one.name), copies: copies.map((one) => one.name) },
      });
      this.events.emit('desk.quotation.sent', { quotationId: id, customerId: row.customer_id });
    });
  }

  /** Who can be written to: active accounts of the customer. */
  async #people(customerId: number): Promise<Account[]> {
    const accounts = await this.accounts.getMany(await this.directory.accountsOf(customerId));
    return [...accounts.values()].filter((account) => account.kind === 'customer' && account.status !== 'disabled');
  }

  /** Does the option "copies of quotation e-mails" reach this quotation? */
  async #copied(account: Account, id: number): Promise<boolean> {
    const actor: Actor = { kind: 'customer', account, onBehalfOf: null, sessionId: null, channel: 'job', ip: null };
    const { sql, params } = await this.sight.quotations(actor, 'desk.quotation.copy');
    return (await this.db.query(`SELECT q.id FROM desk_quotations q WHERE q.id = ? AND ${sql}`, [id, ...params])).length > 0;
  }

  async #tell(row: QuotationRow, account: Account, kind: 'to' | 'copy'): Promise<void> {
    await this.db.of(QuotationRecipients).create({ quotation_id: row.id, version: row.version, account_id: account.id, kind });
    const token = this.links.make(row.id, row.version, account.id, row.valid_until);
    await this.notifications.send({
      template: kind === 'to' ? 'desk.quotation-sent' : 'desk.quotation-copy',
      to: { accountId: account.id },
      channels: ['email'],
      data: { number: row.number, title: row.title },
      link: this.urls.to('portal', kind === 'to' ? `/quotation/${token}` : `/quotations/${row.id}`),
      key: `desk.quotation:${row.id}:${row.version}:${account.id}`,
      // Whoever has the link can answer.
      secret: kind === 'to',
      customerId: row.customer_id,
    });
  }
}
