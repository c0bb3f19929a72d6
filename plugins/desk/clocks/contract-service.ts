import {
  ACCESS,
  AUDIT,
  CLOCK,
  DATABASE,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
} from '../../../core/api.js';
import { CustomerService, diff } from '../../customers/api.js';
import { ClockJobs } from './clock-jobs.js';
import type { ContractInput } from './inputs.js';
import { LevelChooser, type LevelChoice } from './level-choice.js';
import { Contracts, CustomerLevels, type ContractRow } from './tables.js';

/** Stands for "until further notice". */
const openEnd = '9999-12-31';
export type Contract = Omit<ContractRow, 'valid_to' | 'removed_at'> & { valid_to: string | null; level: string };

/** Contracts of customers, and the service level of those without. */
@injectable()
export class ContractService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(CustomerService) private readonly customers: CustomerService,
    @inject(LevelChooser) private readonly chooser: LevelChooser,
    @inject(ClockJobs) private readonly jobs: ClockJobs,
  ) {}

  /** Of one customer, the newest first. @throws NotFoundError outside the actor's reach */
  async list(actor: Actor, customerId: number): Promise<Contract[]> {
    await this.#reach(actor, customerId);
    const rows = await this.db.query<ContractRow & { level: string }>(
      `SELECT k.*, l.name AS level FROM desk_contracts k JOIN desk_levels l ON l.id = k.level_id
       WHERE k.customer_id = ? AND k.removed_at IS NULL ORDER BY k.valid_from DESC, k.id DESC LIMIT 200`,
      [customerId],
    );
    return rows.map(toContract);
  }

  /** @throws NotFoundError outside the actor's reach, too */
  async get(actor: Actor, id: number): Promise<Contract> {
    return toContract(await this.#stored(actor, id));
  }

  /** The level that counts for what this customer reports now, and the one that was chosen for it. */
  async level(actor: Actor, customerId: number): Promise<{ now: LevelChoice | null; own: number | null }> {
    await this.#reach(actor, customerId);
    const own = await this.db.of(CustomerLevels).findByPk(customerId);
    return { now: await this.chooser.choose(customerId, this.clock.now()), own: own?.level_id ?? null };
  }

  /** Names of the levels that can be chosen. */
  async choices(actor: Actor): Promise<{ id: number; name: string }[]> {
    await this.access.assert(actor, 'desk.contract.read');
    return this.db.query('SELECT id, name FROM desk_levels WHERE removed_at IS NULL ORDER BY name, id');
  }

  async create(actor: Actor, customerId: number, input: ContractInput): Promise<Contract> {
    await this.#manage(actor, customerId);
    return this.db.transaction(async () => {
      await this.#assertLevel(input.level_id);
      const number = input.number ?? `K-${await this.db.nextNumber('contract', 1)}`;
      const { id } = await this.db.of(Contracts).create({ ...valuesOf(input), number, customer_id: customerId, removed_at: null });
      await this.#written(actor, 'created', { id, number, customer_id: customerId }, { after: { ...valuesOf(input), number } });
      return this.get(actor, id);
    });
  }

  /** An empty number leaves the old one. */
  async update(actor: Actor, id: number, input: ContractInput): Promise<void> {
    const before = await this.#stored(actor, id);
    await this.#manage(actor, before.customer_id);
    await this.db.transaction(async () => {
      await this.#assertLevel(input.level_id);
      const values = { ...valuesOf(input), number: input.number ?? before.number };
      const changed = diff<Partial<ContractRow>>(before, values);
      if (!changed) return;
      await this.db.of(Contracts).update(values, { where: { id } });
      await this.#written(actor, 'updated', { ...before, ...values }, changed);
    });
  }

  async remove(actor: Actor, id: number): Promise<Contract> {
    const before = await this.#stored(actor, id);
    await this.#manage(actor, before.customer_id);
    await this.db.transaction(async () => {
      await this.db.of(Contracts).update({ removed_at: this.clock.now() }, { where: { id } });
      await this.#written(actor, 'removed', before);
    });
    return toContract(before);
  }

  /** Takes back the removal of a contract of this customer. */
  async restore(actor: Actor, id: number, customerId: number): Promise<void> {
    const before = await this.#stored(actor, id, true);
    if (before.customer_id !== customerId) throw new NotFoundError();
    await this.#manage(actor, before.customer_id);
    if (before.removed_at)
      await this.db.transaction(async () => {
        await this.#assertLevel(before.level_id);
        await this.db.of(Contracts).update({ removed_at: null }, { where: { id } });
        await this.#written(actor, 'restored', before);
      });
  }

  /** The level of a customer without a contract; null = the standard level. Returns the former one. */
  async setLevel(actor: Actor, customerId: number, levelId: number | null): Promise<number | null> {
    await this.#manage(actor, customerId);
    return this.db.transaction(async () => {
      const before = (await this.db.of(CustomerLevels).findByPk(customerId))?.level_id ?? null;
      if (before === levelId) return before;
      if (levelId !== null) await this.#assertLevel(levelId);
      await this.db.of(CustomerLevels).destroy({ where: { customer_id: customerId } });
      if (levelId !== null) await this.db.of(CustomerLevels).create({ customer_id: customerId, level_id: levelId });
      await this.audit.record(actor, {
        action: 'desk.customer.level-chosen',
        object: { kind: 'customers.customer', id: customerId },
        customerId,
        before: { level_id: before },
        after: { level_id: levelId },
      });
      await this.jobs.recountCustomer(customerId);
      return before;
    });
  }

  async #reach(actor: Actor, customerId: number): Promise<void> {
    await this.customers.get(actor, customerId);
    await this.access.assert(actor, 'desk.contract.read', { customer: customerId });
  }

  async #manage(actor: Actor, customerId: number): Promise<void> {
    await this.customers.get(actor, customerId);
    await this.access.assert(actor, 'desk.contract.manage', { customer: customerId });
  }

  async #stored(actor: Actor, id: number, removed = false): Promise<ContractRow & { level: string }> {
    const [row] = await this.db.query<ContractRow & { level: string }>(
      'SELECT k.*, l.name AS level FROM desk_contracts k JOIN desk_levels l ON l.id = k.level_id WHERE k.id = ?',
      [id],
    );
    if (!row || (row.removed_at && !removed) || !(await this.access.can(actor, 'desk.contract.read', { customer: row.customer_id }))) throw new NotFoundError();
    return row;
  }

  async #assertLevel(id: number): Promise<void> {
    const found = await this.db.query('SELECT 1 FROM desk_levels WHERE id = ? AND removed_at IS NULL', [id]);
    if (found.length === 0) throw new InvalidInputError({ level_id: { key: 'desk:error.level' } });
  }

  async #written(
    actor: Actor,
    action: string,
    { id, number, customer_id }: Pick<ContractRow, 'id' | 'number' | 'customer_id'>,
    changes: object = {},
  ): Promise<void> {
    await this.audit.record(actor, {
      action: `desk.contract.${action}`,
      object: { kind: 'desk.contract', id, name: number },
      customerId: customer_id,
      ...changes,
    });
    await this.jobs.recountCustomer(customer_id);
  }
}

function toContract({ removed_at: _removed, ...row }: ContractRow & { level: string }): Contract {
  return { ...row, included: Number(row.included), valid_to: row.valid_to === openEnd ? null : row.valid_to };
}

function valuesOf({ level_id, valid_from, valid_to, included }: ContractInput): Pick<ContractRow, 'level_id' | 'valid_from' | 'valid_to' | 'included'> {
  return { level_id, valid_from, valid_to: valid_to ?? openEnd, included };
}
