import {
  ACCESS,
  AUDIT,
  CLOCK,
  ConflictError,
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
import { diff } from '../../customers/api.js';
import { ClockJobs } from './clock-jobs.js';
import type { LevelInput } from './inputs.js';
import { Levels, type LevelRow } from './tables.js';

/** Service levels: what is promised by when, and in which business hours. */
@injectable()
export class LevelService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(ClockJobs) private readonly jobs: ClockJobs,
  ) {}

  /** With the name of the business hours. */
  async list(actor: Actor): Promise<(LevelRow & { calendar: string })[]> {
    await this.access.assert(actor, 'desk.level.manage');
    return this.db.query(
      'SELECT l.*, c.name AS calendar FROM desk_levels l JOIN desk_calendars c ON c.id = l.calendar_id WHERE l.removed_at IS NULL ORDER BY l.id',
    );
  }

  async get(actor: Actor, id: number): Promise<LevelRow> {
    await this.access.assert(actor, 'desk.level.manage');
    const row = await this.db.of(Levels).findByPk(id, { raw: true });
    if (!row || row.removed_at) throw new NotFoundError();
    return row;
  }

  async create(actor: Actor, input: LevelInput): Promise<number> {
    await this.access.assert(actor, 'desk.level.manage');
    return this.db.transaction(async () => {
      const values = await this.#checked(input);
      const { id } = await this.db.of(Levels).create({ ...values, removed_at: null });
      await this.#written(actor, 'created', { id, name: input.name }, { after: values });
      return id;
    });
  }

  async update(actor: Actor, id: number, input: LevelInput): Promise<void> {
    const before = await this.get(actor, id);
    await this.db.transaction(async () => {
      const values = await this.#checked(input);
      const changed = diff<Partial<LevelRow>>(before, values);
      if (!changed) return;
      await this.db.of(Levels).update(values, { where: { id } });
      await this.#written(actor, 'updated', { id, name: input.name }, changed);
    });
  }

  /** @throws ConflictError while a contract or a customer has it */
  async remove(actor: Actor, id: number): Promise<void> {
    const before = await this.get(actor, id);
    const used = await this.db.query(
      'SELECT 1 FROM desk_contracts WHERE level_id = ? AND removed_at IS NULL UNION ALL SELECT 1 FROM desk_customer_levels WHERE level_id = ? LIMIT 1',
      [id, id],
    );
    if (used.length > 0) throw new ConflictError({ key: 'desk:error.levelUsed' }, 'level_used');
    await this.db.transaction(async () => {
      await this.db.of(Levels).update({ removed_at: this.clock.now(), standard: 0 }, { where: { id } });
      await this.#written(actor, 'removed', before);
    });
  }

  /** Takes back the removal. It is no longer the standard level. @throws ConflictError when its business hours are gone */
  async restore(actor: Actor, id: number): Promise<void> {
    await this.access.assert(actor, 'desk.level.manage');
    const row = await this.db.of(Levels).findByPk(id, { raw: true });
    if (!row) throw new NotFoundError();
    if (!row.removed_at) return;
    await this.#assertCalendar(row.calendar_id);
    await this.db.transaction(async () => {
      await this.db.of(Levels).update({ removed_at: null }, { where: { id } });
      await this.#written(actor, 'restored', row);
    });
  }

  async #checked(input: LevelInput): Promise<Omit<LevelRow, 'id' | 'removed_at'>> {
    await this.#assertCalendar(input.calendar_id);
    if (input.standard) await this.db.of(Levels).update({ standard: 0 }, { where: { standard: 1 } });
    return { ...input, standard: Number(input.standard) };
  }

  async #assertCalendar(id: number): Promise<void> {
    const found = await this.db.query('SELECT 1 FROM desk_calendars WHERE id = ? AND removed_at IS NULL', [id]);
    if (found.length === 0) throw new InvalidInputError({ calendar_id: { key: 'desk:error.calendar' } });
  }

  async #written(actor: Actor, action: string, { id, name }: Pick<LevelRow, 'id' | 'name'>, changes: object = {}): Promise<void> {
    await this.audit.record(actor, { action: `desk.level.${action}`, object: { kind: 'desk.level', id, name }, ...changes });
    await this.jobs.recountAll();
  }
}
