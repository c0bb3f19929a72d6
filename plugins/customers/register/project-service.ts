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
import { CustomerService } from './customer-service.js';
import { ProjectRows, Projects } from '../tables.js';
import type { Project, ProjectFilter, ProjectRow, ProjectRowRow } from '../types.js';
import type { ProjectInput } from './inputs.js';
import { KeptThings } from './kept-things.js';
import { PricedRows, type RowOwner } from './rows.js';
import { fold, searchList, words } from './search.js';

const columns = { customer: 'customer_id', project: 'id' };
const resource = (row: Pick<ProjectRow, 'id' | 'customer_id'>) => ({ customer: row.customer_id, project: row.id });

const taken = { number: { key: 'customers:error.projectNumber' } };
/** Projects of customers. */
@injectable()
export class ProjectService extends KeptThings<ProjectRow> {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(EVENTS) private readonly events: Events,
    @inject(AUDIT) audit: Audit,
    @inject(CLOCK) clock: Clock,
    @inject(CustomerService) customers: CustomerService,
  ) {
    super({ db, access, audit, events, clock, customers }, { name: 'project', model: Projects, taken });
  }

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
    await this.assertManage(actor, customerId);
    return this.db.transaction(async () => {
      const number = input.number ?? `P-${await this.db.nextNumber('project', 1001)}`;
      return toProject(await this.add(actor, { ...fields(input), number, customer_id: customerId }, { number, name: input.name }));
    });
  }

  /** Saves number, name and state; an empty number leaves the old one. */
  async update(actor: Actor, id: number, input: ProjectInput): Promise<void> {
    const { number, ...values } = fields(input);
    await this.change(actor, await this.managed(actor, id), { ...values, ...(number === null ? {} : { number }) });
  }

  protected nameOf(row: ProjectRow): string {
    return `${row.number} ${row.name}`;
  }

  protected wordsOf(row: ProjectRow): string[] {
    return words(row.number, row.name);
  }

  protected saved({ id, customer_id: customerId }: ProjectRow, did: 'created' | 'updated'): void {
    this.events.emit(`customers.project.${did}`, { projectId: id, customerId });
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
