import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  EVENTS,
  ForbiddenError,
  NOTIFICATIONS,
  URLS,
  inject,
  injectable,
  readRows,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
  type Notifications,
  type Urls,
} from '../../../core/api.js';
import { Op } from 'sequelize';
import { AccessDirectory } from '../../customers/api.js';
import { quotationResource } from '../sight.js';
import { AnswerLinks } from './answer-links.js';
import type { AnswerInput } from './inputs.js';
import { QuotationGate } from './quotation-gate.js';
import { QuotationPapers, type OfferView } from './quotation-papers.js';
import { QuotationVersions, Quotations, type QuotationRow, type VersionRow } from './tables.js';

/** What a link leads to. Only `open` and `answered` show the quotation. */
export type Opened =
  | ({ status: 'open' | 'answered'; row: QuotationRow; accountId: number; name: string } & Omit<OfferView, 'id' | 'status'>)
  | { status: 'expired' | 'withdrawn' | 'unknown' };

/** Answers of customers: by a signed link, or in the portal. Each version is answered once. */
@injectable()
export class QuotationAnswers {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(EVENTS) private readonly events: Events,
    @inject(NOTIFICATIONS) private readonly notifications: Notifications,
    @inject(URLS) private readonly urls: Urls,
    @inject(AccessDirectory) private readonly directory: AccessDirectory,
    @inject(AnswerLinks) private readonly links: AnswerLinks,
    @inject(QuotationGate) private readonly gate: QuotationGate,
    @inject(QuotationPapers) private readonly papers: QuotationPapers,
  ) {}

  /** Looks at a link; changes nothing, because programs that guard mailboxes open links, too. */
  async open(token: string | undefined): Promise<Opened> {
    const link = this.links.read(token);
    if (!link) return { status: 'unknown' };
    const [row] = await readRows<QuotationRow>(this.db, Quotations, 'WHERE id = ?', [link.quotationId]);
    // Whoever has left the customer answers no more for it.
    const account = await this.accounts.get(link.accountId);
    const member = row && account?.status !== 'disabled' && (await this.directory.accountsOf(row.customer_id)).includes(link.accountId);
    if (!row || !account || !member) return { status: 'unknown' };
    if (row.sent_version !== link.version || row.status === 'draft' || row.status === 'withdrawn') return { status: 'withdrawn' };
    const view = await this.papers.sent(row.id, link.version);
    if (view.version.decision !== null) return { status: 'answered', row, accountId: account.id, name: account.name, ...view };
    return link.expired || !this.papers.isOpen(row, link.version)
      ? { status: 'expired' }
      : { status: 'open', row, accountId: account.id, name: account.name, ...view };
  }

  /** Answers by a link. @throws ConflictError when it cannot be answered any more */
  async byLink(actor: Actor, token: string | undefined, answer: AnswerInput): Promise<void> {
    const opened = await this.open(token);
    if (opened.status !== 'open') throw gone();
    await this.#decide(actor, opened.row, answer, { decided_by: opened.accountId, via: 'link' });
  }

  /** Answers in the portal: who may see it there. @throws NotFoundError, ForbiddenError, ConflictError */
  async inPortal(actor: Actor, id: number, answer: AnswerInput): Promise<void> {
    const row = await this.gate.seen(actor, id);
    // Staff do not answer for a customer.
    if (actor.kind !== 'customer' || !actor.account || actor.onBehalfOf) throw new ForbiddenError();
    await this.#decide(actor, row, answer, { decided_by: actor.account.id, via: 'portal' });
  }

  async #decide(actor: Actor, row: QuotationRow, answer: AnswerInput, who: Pick<VersionRow, 'decided_by' | 'via'>): Promise<void> {
    const { decision, version, name: decided_name, reason } = answer;
    const now = this.clock.now();
    await this.db.transaction(async () => {
      const open = { id: row.id, status: 'sent', version, sent_version: version, valid_until: { [Op.gt]: now } };
      const [count] = await this.db.of(Quotations).update({ status: decision, status_at: now }, { where: open });
      if (count === 0) throw gone();
      const said = { decision, decided_name, reason: decision === 'refused' ? reason : null, decided_at: now, decided_ip: actor.ip, ...who };
      await this.db.of(QuotationVersions).update(said, { where: { quotation_id: row.id, version, decision: null } });
      const { version: sent, offer } = await this.papers.sent(row.id, version);
      await this.audit.record(actor, {
        ...{ action: `desk.quotation.${decision}`, object: { kind: 'desk.quotation', id: row.id, name: row.number }, customerId: row.customer_id },
        after: { version, hash: sent.hash, total: offer.total, name: decided_name, via: who.via, ...(said.reason === null ? {} : { reason: said.reason }) },
      });
      this.events.emit('desk.quotation.answered', { quotationId: row.id, customerId: row.customer_id, decision });
      await this.#tell(row, sent, decided_name, said.reason);
    });
  }

  /** Staff who wrote it, sent it or look after the customer, while they may handle it. */
  async #tell(row: QuotationRow, { sent_by, version, decision }: VersionRow, name: string, reason: string | null): Promise<void> {
    const ids = [row.created_by, sent_by, ...(await this.directory.staffOf(row.customer_id))].flatMap((one) => one ?? []);
    for (const account of (await this.accounts.getMany([...new Set(ids)])).values()) {
      const concerned = account.kind === 'staff' && account.status === 'active';
      if (!concerned || !(await this.access.explain(account, 'desk.quotation.manage', quotationResource(row))).allowed) continue;
      await this.notifications.send({
        template: decision === 'accepted' ? 'desk.quotation-accepted' : 'desk.quotation-refused',
        to: { accountId: account.id },
        channels: ['email', 'inbox'],
        data: { number: row.number, title: row.title, name, reason: reason ?? '' },
        link: this.urls.to('staff', `/quotations/${row.id}`),
        key: `desk.quotation-answered:${row.id}:${version}:${account.id}`,
        customerId: row.customer_id,
      });
    }
  }
}

const gone = () => new ConflictError({ key: 'desk:error.quotationGone' }, 'quotation_gone');
