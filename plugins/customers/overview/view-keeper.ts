import { InvalidInputError, NotFoundError, type Actor, type Audit, type Clock, type Database, type ModelDef } from '../../../core/api.js';
import type { ViewRow } from './view-table.js';

const MOST = 50;

/** Filters of one list with a name: a person's own, and those that colleagues share. Its subclasses say which list. */
export abstract class ViewKeeper {
  protected constructor(
    private readonly db: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly def: ModelDef<ViewRow>,
    /** What a view is to the audit log, such as `customers.view`. */
    private readonly kind: string,
  ) {}

  /** Own ones first. */
  async list(actor: Actor): Promise<(ViewRow & { own: boolean })[]> {
    const me = actor.account?.id ?? 0;
    const rows = await this.db.query<ViewRow>(`SELECT * FROM ${this.def.table} WHERE account_id = ? OR shared = 1 ORDER BY name, id LIMIT 200`, [me]);
    return rows
      .map((row) => ({ ...row, shared: Boolean(row.shared), is_default: Boolean(row.is_default) && row.account_id === me, own: row.account_id === me }))
      .sort((a, b) => Number(b.own) - Number(a.own));
  }

  /** @throws NotFoundError for another's that is not shared, too */
  async get(actor: Actor, id: number): Promise<ViewRow> {
    const row = (await this.db.of(this.def).findByPk(id))?.get({ plain: true });
    if (!row || (row.account_id !== actor.account?.id && !row.shared)) throw new NotFoundError();
    return row;
  }

  async save(actor: Actor, input: { name: string; query: string; shared: boolean; is_default: boolean }): Promise<number> {
    const account_id = actor.account?.id;
    if (account_id === undefined) throw new NotFoundError();
    return this.db.transaction(async () => {
      if ((await this.db.of(this.def).count({ where: { account_id } })) >= MOST) {
        throw new InvalidInputError({ name: { key: 'customers:views.tooMany', vars: { max: MOST } } });
      }
      if (input.is_default) await this.#noDefault(account_id);
      const row = await this.db.of(this.def).create({ ...input, account_id, created_at: this.clock.now() });
      await this.#record(actor, 'saved', row);
      return row.id;
    });
  }

  async update(actor: Actor, id: number, input: { name: string; shared: boolean; is_default: boolean }): Promise<void> {
    const row = await this.#own(actor, id);
    await this.db.transaction(async () => {
      if (input.is_default) await this.#noDefault(row.account_id);
      await this.db.of(this.def).update(input, { where: { id } });
      await this.#record(actor, 'changed', { ...row, ...input });
    });
  }

  async remove(actor: Actor, id: number): Promise<ViewRow> {
    const row = await this.#own(actor, id);
    await this.db.transaction(async () => {
      await this.db.of(this.def).destroy({ where: { id } });
      await this.#record(actor, 'removed', row);
    });
    return row;
  }

  async #own(actor: Actor, id: number): Promise<ViewRow> {
    const row = await this.get(actor, id);
    if (row.account_id !== actor.account?.id) throw new NotFoundError();
    return row;
  }

  #noDefault(accountId: number): Promise<unknown> {
    return this.db.run(`UPDATE ${this.def.table} SET is_default = 0 WHERE account_id = ?`, [accountId]);
  }

  #record(actor: Actor, what: string, row: ViewRow): Promise<void> {
    return this.audit.record(actor, { action: `${this.kind}.${what}`, object: { kind: this.kind, id: row.id, name: row.name } });
  }
}
