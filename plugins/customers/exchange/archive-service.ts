import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  ACCESS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  ERASURE,
  JOBS,
  NotFoundError,
  inject,
  injectable,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Erasure,
  type Jobs,
} from '../../../core/api.js';
import { customerObject } from '../register/customer-fields.js';
import { CustomerService } from '../register/customer-service.js';
import { Archives, type ArchiveRow } from './tables.js';

const HOURS = 24;

/** Everything known of a customer as one ZIP: made by a job, fetched once, gone after a day. */
@injectable()
export class CustomerArchives {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(ERASURE) private readonly erasure: Erasure,
    @inject(JOBS) private readonly jobs: Jobs,
    @inject(CustomerService) private readonly customers: CustomerService,
  ) {}

  /** The newest archive of a customer, or null. */
  async latest(actor: Actor, customerId: number): Promise<ArchiveRow | null> {
    await this.#allowed(actor, customerId);
    const row = await this.db.of(Archives).findOne({ where: { customer_id: customerId }, order: [['id', 'DESC']] });
    return row?.get({ plain: true }) ?? null;
  }

  async request(actor: Actor, customerId: number): Promise<void> {
    const customer = await this.#allowed(actor, customerId);
    if ((await this.latest(actor, customerId))?.status === 'making') throw new ConflictError({ key: 'customers:archive.busy' }, 'archive_busy');
    await this.db.transaction(async () => {
      const row = await this.db.of(Archives).create({
        customer_id: customerId,
        account_id: actor.account?.id ?? null,
        file_key: randomUUID(),
        status: 'making',
        done: 0,
        total: 0,
        created_at: this.clock.now(),
      });
      await this.audit.record(actor, { action: 'customers.archive.requested', object: customerObject(customer), customerId });
      await this.jobs.enqueue('customers.archive', { customerId, archiveId: row.id });
    });
  }

  /** The job. */
  async make(archiveId: number, signal: AbortSignal): Promise<void> {
    const row = await this.db.of(Archives).findByPk(archiveId);
    if (row?.status !== 'making') return;
    try {
      await this.erasure.archive(row.customer_id, row.file_key, async (done, total) => {
        signal.throwIfAborted();
        await row.update({ done, total });
      });
      await row.update({ status: 'ready' });
    } catch (error) {
      if (!signal.aborted) await row.update({ status: 'failed' });
      throw error;
    }
  }

  /** Where to fetch it from; `fetched` closes it. @throws NotFoundError for one of another customer, and when it is gone */
  async open(actor: Actor, customerId: number, archiveId: number): Promise<{ path: string; fetched(): Promise<void> }> {
    const customer = await this.#allowed(actor, customerId);
    const row = await this.db.of(Archives).findByPk(archiveId);
    if (row?.customer_id !== customerId || row.status !== 'ready') throw new NotFoundError();
    const path = this.erasure.archiveFile(customerId, row.file_key);
    if (!existsSync(path)) throw new NotFoundError();
    await this.audit.record(actor, { action: 'customers.archive.fetched', object: customerObject(customer), customerId });
    return {
      path,
      fetched: async () => {
        await row.update({ status: 'fetched' });
        await this.erasure.discardArchive(customerId, row.file_key);
      },
    };
  }

  /** Each hour: what nobody fetched. */
  async expire(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - HOURS * 3_600_000);
    const rows = await this.db.query<ArchiveRow>("SELECT * FROM customers_archives WHERE status = 'ready' AND created_at < ?", [before]);
    for (const row of rows) {
      await this.db.of(Archives).update({ status: 'expired' }, { where: { id: row.id } });
      await this.erasure.discardArchive(row.customer_id, row.file_key);
    }
  }

  async #allowed(actor: Actor, customerId: number) {
    const customer = await this.customers.get(actor, customerId);
    await this.access.assert(actor, 'customers.customer.erase', { customer: customerId });
    return customer;
  }
}
