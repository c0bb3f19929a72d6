import {
  NotFoundError,
  readRows,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
  type Message,
  type ModelDef,
} from '../../../core/api.js';
import { diff } from '../diff.js';
import type { CustomerService } from './customer-service.js';
import { saveWords } from './search.js';
import { unique } from './unique.js';

interface Thing {
  id: number;
  customer_id: number;
  created_at: Date;
  active: boolean;
  /** The name, folded: lists are sorted by it. */
  name_key: string;
}
interface Parts {
  db: Database;
  access: Access;
  audit: Audit;
  events: Events;
  clock: Clock;
  customers: CustomerService;
}
interface Kind<Row extends Thing> {
  /** Names permission, audit actions and the kind of the words. */
  name: 'installation' | 'device' | 'project';
  model: ModelDef<Row>;
  /** What is said when a value that must stand once is taken. */
  taken?: Record<string, Message>;
}

/** What the register keeps of customers, the same for installations, devices and projects: who may change it, and what is written with each change. */
export abstract class KeptThings<Row extends Thing> {
  protected constructor(
    private readonly parts: Parts,
    private readonly kind: Kind<Row>,
  ) {}

  /** @throws NotFoundError outside the actor's reach */
  abstract get(actor: Actor, id: number): Promise<object>;
  /** As people know it, for the audit log. */
  protected abstract nameOf(row: Row): string;
  /** The words under which it is found. */
  protected abstract wordsOf(row: Row): string[];
  /** Runs in the transaction of each change. */
  protected abstract saved(row: Row, did: 'created' | 'updated'): void | Promise<void>;

  /** What is inactive stays in lists of the past; nothing new is reported on it. */
  async setActive(actor: Actor, id: number, active: boolean): Promise<void> {
    const values: Partial<Thing> = { active };
    await this.change(actor, await this.managed(actor, id), values as Partial<Row>);
  }

  /** @throws NotFoundError, ForbiddenError */
  protected async assertManage(actor: Actor, customerId: number): Promise<void> {
    await this.parts.customers.get(actor, customerId);
    await this.parts.access.assert(actor, `customers.${this.kind.name}.manage`, { customer: customerId });
  }

  /** The whole row, for those who may change it. @throws NotFoundError, ForbiddenError */
  protected async managed(actor: Actor, id: number): Promise<Row> {
    await this.get(actor, id);
    const [row] = await readRows(this.parts.db, this.kind.model, 'WHERE id = ?', [id]);
    if (!row) throw new NotFoundError();
    await this.parts.access.assert(actor, `customers.${this.kind.name}.manage`, { customer: row.customer_id });
    return row;
  }

  /** Adds one; `told` is what the audit log keeps. */
  protected add(actor: Actor, values: Partial<Row>, told: object): Promise<Row> {
    const { db, clock } = this.parts;
    return unique(db, this.kind.taken, async () => {
      const row = (await db.of(this.kind.model).create({ ...values, created_at: clock.now() } as never)).get({ plain: true });
      await this.#saved(actor, row, 'created', { after: { ...told } });
      return row;
    });
  }

  protected async change(actor: Actor, before: Row, values: Partial<Row>): Promise<void> {
    const { db } = this.parts;
    const changed = diff(before, values);
    if (!changed) return;
    await unique(db, this.kind.taken, async () => {
      await db.of(this.kind.model).update(values as never, { where: { id: before.id } as never });
      await this.#saved(actor, { ...before, ...values }, 'updated', changed);
    });
  }

  protected async record(
    actor: Actor,
    row: Row,
    action: string,
    changes: { before?: Record<string, unknown>; after?: Record<string, unknown> } = {},
  ): Promise<void> {
    const { name } = this.kind;
    const object = { kind: `customers.${name}`, id: row.id, name: this.nameOf(row) };
    await this.parts.audit.record(actor, { action: `customers.${name}.${action}`, object, customerId: row.customer_id, ...changes });
  }

  async #saved(
    actor: Actor,
    row: Row,
    did: 'created' | 'updated',
    changes: { before?: Record<string, unknown>; after: Record<string, unknown> },
  ): Promise<void> {
    await saveWords(this.parts.db, 'customers_words', this.kind.name, row.id, this.wordsOf(row), row.name_key);
    await this.record(actor, row, did, changes);
    await this.saved(row, did);
  }
}
