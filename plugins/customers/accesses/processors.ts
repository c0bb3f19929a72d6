import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  DATABASE,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  readRows,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
} from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import type { CustomerRow } from '../types.js';
import { Processors, type ProcessorRow } from '../tables.js';
import { ProcessedObjects, type ProcessedObject } from './processed-objects.js';

/** Staff who are additional processors of one object (DX-14), as the page shows them. */
export interface ProcessorView {
  id: number;
  account: { id: number; name: string; email: string };
  kind: string;
  /** Null while the plugin that keeps it is off. */
  object: ProcessedObject | null;
  since: Date;
}
/** Who is to process what. */
export interface NewProcessor {
  account_id: number;
  kind: string;
  object_id: number;
}

/** Additional processors: staff who see and process single objects of a customer, and nothing else of it. */
@injectable()
export class ProcessorService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(CustomerService) private readonly customers: CustomerService,
    @inject(ProcessedObjects) private readonly objects: ProcessedObjects,
  ) {}

  /** Newest first, at most 200. */
  async list(actor: Actor, customer: number | CustomerRow): Promise<ProcessorView[]> {
    const { id: customerId } = await this.customers.reached(actor, customer);
    const rows = await readRows(this.db, Processors, 'WHERE customer_id = ? ORDER BY id DESC LIMIT 200', [customerId]);
    const accounts = await this.accounts.getMany(rows.map((row) => row.account_id));
    const found = new Map<string, ProcessedObject>();
    for (const kind of new Set(rows.map((row) => row.object_kind))) {
      const ids = rows.filter((row) => row.object_kind === kind).map((row) => row.object_id);
      for (const object of (await this.objects.get(kind)?.find(customerId, ids)) ?? []) found.set(`${kind} ${object.id}`, object);
    }
    return rows.flatMap((row) => {
      const account = accounts.get(row.account_id);
      if (!account) return [];
      const object = found.get(`${row.object_kind} ${row.object_id}`) ?? null;
      return [{ id: row.id, account: { id: account.id, name: account.name, email: account.email }, kind: row.object_kind, object, since: row.created_at }];
    });
  }

  async add(actor: Actor, customerId: number, input: NewProcessor): Promise<number> {
    await this.#assertManage(actor, customerId);
    if ((await this.accounts.get(input.account_id))?.kind !== 'staff') throw new InvalidInputError({ account_id: { key: 'customers:error.manager' } });
    const [object] = (await this.objects.get(input.kind)?.find(customerId, [input.object_id])) ?? [];
    if (!object) throw new InvalidInputError({ object_id: { key: 'customers:error.processedObject' } });
    const key = { customer_id: customerId, account_id: input.account_id, object_kind: input.kind, object_id: input.object_id };
    return this.db.transaction(async () => {
      const present = await this.db.of(Processors).findOne({ where: key });
      if (present) return present.id;
      const row = await this.db.of(Processors).create({ ...key, created_by: actor.account?.id ?? null, created_at: this.clock.now() });
      await this.#record(actor, 'customers.processor.added', row, { after: { object: object.name } });
      return row.id;
    });
  }

  /** Takes processors away; gives back what `add` needs to undo it. */
  async remove(actor: Actor, customerId: number, ids: readonly number[]): Promise<NewProcessor[]> {
    await this.#assertManage(actor, customerId);
    return this.db.transaction(async () => {
      const rows = ids.length > 0 ? await this.db.of(Processors).findAll({ where: { customer_id: customerId, id: [...ids] }, raw: true }) : [];
      if (rows.length !== new Set(ids).size) throw new NotFoundError();
      for (const row of rows) {
        await this.db.of(Processors).destroy({ where: { id: row.id } });
        await this.#record(actor, 'customers.processor.removed', row, { before: { object: `${row.object_kind} ${row.object_id}` } });
      }
      return rows.map((row) => ({ account_id: row.account_id, kind: row.object_kind, object_id: row.object_id }));
    });
  }

  async #assertManage(actor: Actor, customerId: number): Promise<void> {
    await this.customers.get(actor, customerId);
    await this.access.assert(actor, 'customers.access.manage', { customer: customerId });
  }

  async #record(
    actor: Actor,
    action: string,
    row: ProcessorRow,
    changes: { before?: Record<string, unknown>; after?: Record<string, unknown> },
  ): Promise<void> {
    const name = (await this.accounts.get(row.account_id))?.name;
    await this.audit.record(actor, { action, object: { kind: 'core.account', id: row.account_id, name }, customerId: row.customer_id, ...changes });
    await this.access.changed([row.account_id]);
  }
}
