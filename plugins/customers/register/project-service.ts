import {
  ACCESS,
  AUDIT,
  CLOCK,
  DATABASE,
  EVENTS,
  NotFoundError,
  inject,
  injectable,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
} from '../../../core/api.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { diff } from '../diff.js';
import { CustomerService } from './customer-service.js';
import { ProjectRows, Projects } from '../tables.js';
import type { Project, ProjectFilter, ProjectRow, ProjectRowRow } from '../types.js';
import type { ProjectInput } from './inputs.js';
import { PricedRows, type RowOwner } from './rows.js';
import { fold, saveWords, searchList, words } from './search.js';
import { unique } from './unique.js';

const columns = { customer: 'customer_id', project: 'id' };
const resource = (row: Pick<ProjectRow, 'id' | 'customer_id'>) => ({ customer: row.customer_id, project: row.id });

const taken = { number: { key: 'customers:error.projectNumber' } };
/** Projects of customers. */
@injectable()
export class ProjectService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(EVENTS) private readonly events: Events,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(CustomerService) private readonly customers: CustomerService,
  ) {}

  /** Projects in reach of the actor by name; `next` is the cursor of the page after. */
  async list(actor: Actor, filter: ProjectFilter = {}): Promise<{ rows: Project[]; next: string | null }> {
    const reach = await this.access.scope(actor, 'customers.project.read');
    const scope = reach.sql(columns, 'p');
    const limit = Math.min(filter.limit ?? 25, 500);
    const conditions: [string, unknown[]][] = [[scope.sql, scope.params]];
    if (filter.customerId !== undefined) conditions.push(['p.customer_id = ?', [filter.customerId]]);
    if (filter.active !== undefined) conditions.push(['p.active = ?', [filter.active ? 1 : 0]]);
    const found = await searchList<ProjectRow>(this.db, {
      words: { table: 'customers_words', owner: 'project' },
      select: 'p.*',
      from: 'customers_projects p',
      where: conditions.map(([sql]) => sql),
      params: conditions.flatMap(([, values]) => values),
      id: 'p.id',
      order: ['p.name_key', 'p.id'],
      after: decodeCursor(filter.after, 2),
      query: filter.q,
      few: reach.kind === 'some' || filter.customerId !== undefined,
      limit: limit + 1,
    });
    const last = found[limit - 1];
    return { rows: found.slice(0, limit).map(toProject), next: found.length > limit && last ? encodeCursor(last.name_key, last.id) : null };
  }

  /** @throws NotFoundError outside the actor's reach, too */
  async get(actor: Actor, id: number): Promise<Project> {
    const row = await this.db.of(Projects).findByPk(id);
    if (!row || !(await this.access.can(actor, 'customers.project.read', resource(row)))) throw new NotFoundError();
    return toProject(row.get({ plain: true }));
  }

  async create(actor: Actor, customerId: number, input: ProjectInput): Promise<Project> {
    await this.customers.get(actor, customerId);
    await this.access.assert(actor, 'customers.project.manage', { customer: customerId });
    return unique(this.db, taken, async () => {
      const number = input.number ?? `P-${await this.db.nextNumber('project', 1001)}`;
      const values = { ...fields(input), number, customer_id: customerId, created_at: this.clock.now() };
      const row = (await this.db.of(Projects).create(values)).get({ plain: true });
      await this.#index(row);
      await this.audit.record(actor, { action: 'customers.project.created', object: object(row), customerId, after: { number, name: row.name } });
      this.events.emit('customers.project.created', { projectId: row.id, customerId });
      return toProject(row);
    });
  }

  /** Saves number, name and state; an empty number leaves the old one. */
  async update(actor: Actor, id: number, input: ProjectInput): Promise<void> {
    const { number, ...values } = fields(input);
    await this.#change(actor, id, { ...values, ...(number === null ? {} : { number }) });
  }

  async setActive(actor: Actor, id: number, active: boolean): Promise<void> {
    await this.#change(actor, id, { active });
  }

  async #change(actor: Actor, id: number, values: Partial<ProjectRow>): Promise<void> {
    await this.get(actor, id);
    const before = (await this.db.of(Projects).findByPk(id, { rejectOnEmpty: true })).get({ plain: true });
    await this.access.assert(actor, 'customers.project.manage', { customer: before.customer_id });
    const changed = diff(before, values);
    if (!changed) return;
    await unique(this.db, taken, async () => {
      await this.db.of(Projects).update(values, { where: { id } });
      await this.#index({ ...before, ...values });
      await this.audit.record(actor, {
        action: 'customers.project.updated',
        object: object({ ...before, ...values }),
        customerId: before.customer_id,
        ...changed,
      });
      this.events.emit('customers.project.updated', { projectId: id, customerId: before.customer_id });
    });
  }

  #index(row: ProjectRow): Promise<void> {
    return saveWords(this.db, 'customers_words', 'project', row.id, words(row.number, row.name), row.name_key);
  }
}

/** Rows of projects. Purchase prices only with `customers.purchase-price.read` (KO-07). */
@injectable()
export class ProjectRowService extends PricedRows<ProjectRowRow> {
  constructor(
    @inject(DATABASE) db: Database,
    @inject(AUDIT) audit: Audit,
    @inject(CLOCK) clock: Clock,
    @inject(ACCESS) private readonly access: Access,
    @inject(ProjectService) private readonly projects: ProjectService,
  ) {
    super(db, audit, clock, { model: ProjectRows, column: 'project_id', kind: 'customers.project' });
  }

  protected async readable(actor: Actor, projectId: number): Promise<RowOwner> {
    const project = await this.projects.get(actor, projectId);
    const purchase = await this.access.can(actor, 'customers.purchase-price.read', resource(project));
    return { id: projectId, customerId: project.customer_id, name: `${project.number} ${project.name}`, purchase };
  }

  protected async writable(actor: Actor, projectId: number): Promise<RowOwner> {
    const owner = await this.readable(actor, projectId);
    await this.access.assert(actor, 'customers.project.manage', { customer: owner.customerId });
    return owner;
  }
}

function toProject({ id, customer_id, number, name, active }: ProjectRow): Project {
  return { id, customer_id, number, name, active: Boolean(active) };
}

function fields(input: ProjectInput) {
  return { ...input, name_key: fold(input.name).slice(0, 160) };
}

const object = (row: ProjectRow) => ({ kind: 'customers.project', id: row.id, name: `${row.number} ${row.name}` });
