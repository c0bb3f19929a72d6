import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  JOBS,
  NotFoundError,
  inject,
  injectable,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Jobs,
} from '../../../core/api.js';
import { AccessOptionRows, Accesses, TemplateOptions, TemplateRunRows, TemplateRuns, Templates, type TemplateRunRow } from '../tables.js';
import type { AccessFilter, AccessRow } from '../types.js';
import { accountJoin, personClause, stateClause } from './access-list.js';
import { AccessOptions } from './access-options.js';
import { AccessWriter } from './access-writer.js';

/** A named set of options. A proposal without a name of its own is named by `customers:template.<proposal>`. */
export interface Template {
  id: number;
  name: string | null;
  proposal: string | null;
  options: string[];
}
/** Which accesses get a template. */
export interface TemplateTarget extends Pick<AccessFilter, 'q' | 'state'> {
  customerId?: number | undefined;
}
/** Job that gives a template to many accesses, or takes it back. */
export const templateJob = 'apply-template';
const atOnce = 500;
const chunk = 50;

/** Templates of options, and giving one to many accesses at once. */
@injectable()
export class TemplateService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(JOBS) private readonly jobs: Jobs,
    @inject(AccessOptions) private readonly options: AccessOptions,
    @inject(AccessWriter) private readonly writer: AccessWriter,
  ) {}

  async list(actor: Actor): Promise<Template[]> {
    await this.access.assert(actor, 'customers.access.manage');
    const rows = await this.db.of(Templates).findAll({ order: [['id', 'ASC']], raw: true });
    const options = await this.db.of(TemplateOptions).findAll({ raw: true });
    return rows.map(({ id, name, proposal }) => ({
      id,
      name,
      proposal,
      options: options.filter((one) => one.template_id === id).map((one) => one.permission),
    }));
  }

  async get(actor: Actor, id: number): Promise<Template> {
    const found = (await this.list(actor)).find((one) => one.id === id);
    if (!found) throw new NotFoundError();
    return found;
  }

  async create(actor: Actor, input: { name: string; options: readonly string[] }): Promise<number> {
    await this.#assertEverywhere(actor);
    return this.db.transaction(async () => {
      const { id } = await this.db.of(Templates).create({ name: input.name, proposal: null, created_at: this.clock.now() });
      await this.#write(id, input.options);
      await this.#record(actor, 'customers.template.created', id, input.name, { after: { options: [...input.options].sort() } });
      return id;
    });
  }

  async update(actor: Actor, id: number, input: { name: string | null; options: readonly string[] }): Promise<void> {
    await this.#assertEverywhere(actor);
    const before = await this.get(actor, id);
    await this.db.transaction(async () => {
      await this.db.of(Templates).update({ name: input.name }, { where: { id } });
      await this.#write(id, input.options);
      const changes = { before: { name: before.name, options: before.options.sort() }, after: { name: input.name, options: [...input.options].sort() } };
      await this.#record(actor, 'customers.template.updated', id, input.name, changes);
    });
  }

  async remove(actor: Actor, id: number): Promise<Template> {
    const before = await this.get(actor, id);
    await this.#assertEverywhere(actor);
    await this.db.transaction(async () => {
      await this.db.of(TemplateOptions).destroy({ where: { template_id: id } });
      await this.db.of(Templates).destroy({ where: { id } });
      await this.#record(actor, 'customers.template.removed', id, before.name, { before: { options: before.options } });
    });
    return before;
  }

  /** What applying would do: per option how many accesses gain and lose it. */
  async effect(actor: Actor, id: number, target: TemplateTarget): Promise<{ total: number; gains: Record<string, number>; losses: Record<string, number> }> {
    const template = await this.get(actor, id);
    const known = this.options.ids();
    const held = new Map<string, number>();
    let total = 0;
    for await (const part of this.#targets(actor, target)) {
      total += part.length;
      const rows = await this.db.query<{ permission: string; n: number }>(
        `SELECT permission, COUNT(*) AS n FROM customers_access_options WHERE access_id IN (${part.map(() => '?').join(', ')}) GROUP BY permission`,
        part,
      );
      for (const row of rows) held.set(row.permission, (held.get(row.permission) ?? 0) + Number(row.n));
    }
    const gains = template.options
      .filter((one) => known.includes(one) && (held.get(one) ?? 0) < total)
      .map((one) => [one, total - (held.get(one) ?? 0)] as const);
    const losses = [...held].filter(([one]) => known.includes(one) && !template.options.includes(one));
    return { total, gains: Object.fromEntries(gains), losses: Object.fromEntries(losses) };
  }

  /** Gives the template to all accesses that match and that the actor may manage, in the background. Returns the run. */
  async apply(actor: Actor, id: number, target: TemplateTarget, name: string): Promise<number> {
    const template = await this.get(actor, id);
    return this.db.transaction(async () => {
      const run = await this.db.of(TemplateRuns).create({
        template: name.slice(0, 80),
        options: JSON.stringify(template.options),
        actor_id: actor.account?.id ?? null,
        total: 0,
        created_at: this.clock.now(),
      });
      let total = 0;
      for await (const ids of this.#targets(actor, target)) {
        await this.db.of(TemplateRunRows).bulkCreate(ids.map((access_id) => ({ run_id: run.id, access_id, former: null })));
        total += ids.length;
      }
      await run.update({ total });
      await this.#record(actor, 'customers.template.applied', id, name, { after: { accesses: total } });
      await this.jobs.enqueue(`customers.${templateJob}`, { run: run.id });
      return run.id;
    });
  }

  async run(actor: Actor, runId: number): Promise<TemplateRunRow> {
    await this.access.assert(actor, 'customers.access.manage');
    const row = await this.db.of(TemplateRuns).findByPk(runId);
    if (!row || (row.actor_id !== (actor.account?.id ?? null) && (await this.access.scope(actor, 'customers.access.manage')).kind !== 'all'))
      throw new NotFoundError();
    return row.get({ plain: true });
  }

  /** Gives every access of a finished run the options back that it had. */
  async undo(actor: Actor, runId: number): Promise<void> {
    const run = await this.run(actor, runId);
    await this.db.transaction(async () => {
      const [count] = await this.db.of(TemplateRuns).update({ undone: true, done: 0 }, { where: { id: runId, undone: false, done: run.total } });
      if (count === 0) throw new ConflictError({ key: 'customers:error.runUnfinished' });
      await this.jobs.enqueue(`customers.${templateJob}`, { run: runId });
    });
  }

  /** The job: some accesses per transaction, so that it can be stopped and goes on where it was. */
  async work(runId: number, signal: AbortSignal): Promise<void> {
    const run = await this.db.of(TemplateRuns).findByPk(runId);
    if (!run) return;
    // The log names who began it.
    const account = run.actor_id === null ? null : await this.accounts.get(run.actor_id);
    const actor: Actor = { kind: account ? account.kind : 'system', account, onBehalfOf: null, sessionId: null, channel: 'job', ip: null };
    while (!signal.aborted) {
      const rows = await this.db.query<{ access_id: number }>(
        `SELECT access_id FROM customers_template_run_rows WHERE run_id = ? AND former IS ${run.undone ? 'NOT NULL' : 'NULL'} ORDER BY access_id LIMIT ${chunk}`,
        [runId],
      );
      if (rows.length === 0) return;
      await this.db.transaction(() =>
        this.#some(
          actor,
          run.get({ plain: true }),
          rows.map((row) => row.access_id),
        ),
      );
    }
  }

  async #some(actor: Actor, run: TemplateRunRow, ids: readonly number[]): Promise<void> {
    const known = this.options.ids();
    const accesses = new Map((await this.db.of(Accesses).findAll({ where: { id: [...ids] } })).map((row) => [row.id, row.get({ plain: true }) as AccessRow]));
    const table = this.db.of(TemplateRunRows);
    for (const id of ids) {
      const row = accesses.get(id);
      const entry = await table.findOne({ where: { run_id: run.id, access_id: id } });
      const held = await this.db.of(AccessOptionRows).findAll({ where: { access_id: id }, raw: true });
      const now: [string, string | null][] = held.map((one) => [one.permission, one.expires_at ? new Date(one.expires_at).toISOString() : null]);
      const given = (JSON.parse(run.options) as string[]).map((one): [string, string | null] => [one, now.find(([held]) => held === one)?.[1] ?? null]);
      const wanted = (run.undone ? (JSON.parse(entry?.former ?? '[]') as [string, string | null][]) : given).filter(([one]) => known.includes(one));
      const ends = Object.fromEntries(wanted.flatMap(([one, end]) => (end ? [[one, new Date(end)]] : [])));
      if (row && !row.removed_at) await this.writer.setRights(actor, row, { options: wanted.map(([one]) => one), ends });
      await table.update({ former: run.undone ? null : JSON.stringify(now) }, { where: { run_id: run.id, access_id: id } });
    }
    await this.db.run('UPDATE customers_template_runs SET done = done + ? WHERE id = ?', [ids.length, run.id]);
  }

  /** All of them, some hundred at a time. */
  async *#targets(actor: Actor, target: TemplateTarget): AsyncGenerator<number[]> {
    const scope = (await this.access.scope(actor, 'customers.access.manage')).sql({ customer: 'customer_id' }, 'a');
    const person = await personClause(this.db, target.q, target.customerId !== undefined);
    const state = stateClause(target.state, this.clock.now());
    const [ofCustomer, customer] = target.customerId === undefined ? ['', []] : ['AND a.customer_id = ?', [target.customerId]];
    let last: number | undefined = 0;
    while (last !== undefined) {
      const rows: { id: number }[] = await this.db.query<{ id: number }>(
        `SELECT a.id FROM customers_accesses a ${accountJoin} ${state.join} WHERE a.removed_at IS NULL AND ${scope.sql}${person.sql}${state.sql} ${ofCustomer} AND a.id > ?
         ORDER BY a.id LIMIT ${atOnce}`,
        [...scope.params, ...person.params, ...state.params, ...customer, last],
      );
      if (rows.length > 0) yield rows.map((row) => row.id);
      last = rows.length < atOnce ? undefined : rows.at(-1)?.id;
    }
  }

  /** Templates are everybody's: who may manage some customers only uses them and leaves them as they are. */
  async #assertEverywhere(actor: Actor): Promise<void> {
    await this.access.assert(actor, 'customers.access.manage', { customer: null });
  }

  async #write(id: number, options: readonly string[]): Promise<void> {
    const known = this.options.ids();
    const kept = (await this.db.of(TemplateOptions).findAll({ where: { template_id: id }, raw: true }))
      .map((row) => row.permission)
      .filter((one) => !known.includes(one));
    await this.db.of(TemplateOptions).destroy({ where: { template_id: id } });
    const wanted = [...new Set([...kept, ...options.filter((one) => known.includes(one))])];
    await this.db.of(TemplateOptions).bulkCreate(wanted.map((permission) => ({ template_id: id, permission })));
  }

  #record(
    actor: Actor,
    action: string,
    id: number,
    name: string | null,
    changes: { before?: Record<string, unknown>; after?: Record<string, unknown> },
  ): Promise<void> {
    return this.audit.record(actor, { action, object: { kind: 'customers.template', id, name: name ?? undefined }, ...changes });
  }
}
