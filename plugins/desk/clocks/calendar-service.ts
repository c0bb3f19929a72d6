import {
  ACCESS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
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
import type { WeekInterval } from './business-time.js';
import { ClockJobs } from './clock-jobs.js';
import type { NamedDay } from './holiday-list.js';
import { weekOf } from './hours-text.js';
import type { CalendarInput } from './inputs.js';
import { Calendars, Holidays, type CalendarRow, type HolidayRow } from './tables.js';

export interface Calendar {
  id: number;
  name: string;
  time_zone: string;
  hours: WeekInterval[];
}

/** Business hours with their holidays. Whatever changes them makes the clocks of open requests be reckoned anew. */
@injectable()
export class CalendarService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(ClockJobs) private readonly jobs: ClockJobs,
  ) {}

  async list(actor: Actor): Promise<Calendar[]> {
    await this.access.assert(actor, 'desk.level.manage');
    const rows = await this.db.query<CalendarRow>('SELECT * FROM desk_calendars WHERE removed_at IS NULL ORDER BY id');
    return rows.map(toCalendar);
  }

  async get(actor: Actor, id: number): Promise<Calendar> {
    return toCalendar(await this.#stored(actor, id));
  }

  async create(actor: Actor, input: CalendarInput): Promise<number> {
    await this.access.assert(actor, 'desk.level.manage');
    return this.db.transaction(async () => {
      const values = valuesOf(input);
      const { id } = await this.db.of(Calendars).create({ ...values, version: 1, removed_at: null });
      await this.#record(actor, 'created', { id, name: input.name }, { after: values });
      return id;
    });
  }

  async update(actor: Actor, id: number, input: CalendarInput): Promise<void> {
    const before = await this.#stored(actor, id);
    const changed = diff<Partial<CalendarRow>>(before, valuesOf(input));
    if (changed) await this.#change(actor, before, 'updated', changed, valuesOf(input));
  }

  /** @throws ConflictError while a service level goes by it */
  async remove(actor: Actor, id: number): Promise<void> {
    const before = await this.#stored(actor, id);
    const used = await this.db.query('SELECT 1 FROM desk_levels WHERE calendar_id = ? AND removed_at IS NULL LIMIT 1', [id]);
    if (used.length > 0) throw new ConflictError({ key: 'desk:error.calendarUsed' }, 'calendar_used');
    await this.#change(actor, before, 'removed', {}, { removed_at: this.clock.now() });
  }

  /** Takes back the removal. */
  async restore(actor: Actor, id: number): Promise<void> {
    const before = await this.#stored(actor, id, true);
    if (before.removed_at) await this.#change(actor, before, 'restored', {}, { removed_at: null });
  }

  /** In the order of the year; without a year all. */
  async holidays(actor: Actor, id: number, year?: number): Promise<Pick<HolidayRow, 'id' | 'day' | 'name'>[]> {
    await this.#stored(actor, id);
    const span = year === undefined ? ['0', '9'] : [`${year}-01-01`, `${year}-12-31`];
    return this.db.query('SELECT id, day, name FROM desk_holidays WHERE calendar_id = ? AND removed_at IS NULL AND day >= ? AND day <= ? ORDER BY day', [
      id,
      ...span,
    ]);
  }

  /** Adds those that are not there yet and names those anew that are. Returns how many are new, and the number by which they can be taken back. */
  async addHolidays(actor: Actor, id: number, days: readonly NamedDay[]): Promise<{ added: number; batch: number }> {
    const calendar = await this.#stored(actor, id);
    return this.db.transaction(async () => {
      const table = this.db.of(Holidays);
      const known = new Map((await table.findAll({ where: { calendar_id: id }, raw: true })).map((row) => [row.day, row]));
      const batch = 1 + Math.max(0, ...[...known.values()].map((row) => row.batch ?? 0));
      const wanted = new Map(days.map((one) => [one.day, one.name]));
      const fresh = [...wanted].filter(([day]) => !known.has(day));
      await table.bulkCreate(fresh.map(([day, name]) => ({ calendar_id: id, day, name, batch, removed_at: null })));
      let back = 0;
      for (const [day, name] of wanted) {
        const row = known.get(day);
        if (!row || (!row.removed_at && row.name === name)) continue;
        await table.update({ name, removed_at: null, ...(row.removed_at ? { batch } : {}) }, { where: { id: row.id } });
        if (row.removed_at) back += 1;
      }
      await this.#change(actor, calendar, 'holidays-added', { after: { days: [...wanted.keys()].sort().join(', ') } });
      return { added: fresh.length + back, batch };
    });
  }

  async removeHoliday(actor: Actor, id: number, holidayId: number): Promise<HolidayRow> {
    return this.#setHoliday(actor, id, holidayId, true);
  }

  async restoreHoliday(actor: Actor, id: number, holidayId: number): Promise<HolidayRow> {
    return this.#setHoliday(actor, id, holidayId, false);
  }

  /** Takes back what came in one list. */
  async removeBatch(actor: Actor, id: number, batch: number): Promise<void> {
    const calendar = await this.#stored(actor, id);
    await this.db.transaction(async () => {
      await this.db.of(Holidays).update({ removed_at: this.clock.now() }, { where: { calendar_id: id, batch, removed_at: null } });
      await this.#change(actor, calendar, 'holidays-removed');
    });
  }

  async #setHoliday(actor: Actor, id: number, holidayId: number, removed: boolean): Promise<HolidayRow> {
    const calendar = await this.#stored(actor, id);
    const row = await this.db.of(Holidays).findOne({ where: { id: holidayId, calendar_id: id } });
    if (!row || (removed && row.removed_at)) throw new NotFoundError();
    await this.db.transaction(async () => {
      await row.update({ removed_at: removed ? this.clock.now() : null });
      await this.#change(actor, calendar, removed ? 'holidays-removed' : 'holidays-added', { [removed ? 'before' : 'after']: { days: row.day } });
    });
    return row.get({ plain: true });
  }

  async #stored(actor: Actor, id: number, removed = false): Promise<CalendarRow> {
    await this.access.assert(actor, 'desk.level.manage');
    const row = await this.db.of(Calendars).findByPk(id, { raw: true });
    if (!row || (row.removed_at && !removed)) throw new NotFoundError();
    return row;
  }

  async #change(actor: Actor, before: CalendarRow, action: string, changes: Changes = {}, values: Partial<CalendarRow> = {}): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.run('UPDATE desk_calendars SET version = version + 1 WHERE id = ?', [before.id]);
      await this.db.of(Calendars).update(values, { where: { id: before.id } });
      await this.#record(actor, action, before, changes);
      await this.jobs.recountAll();
    });
  }

  #record(actor: Actor, action: string, { id, name }: Pick<CalendarRow, 'id' | 'name'>, changes: Changes): Promise<void> {
    return this.audit.record(actor, { action: `desk.calendar.${action}`, object: { kind: 'desk.calendar', id, name }, ...changes });
  }
}

interface Changes {
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}
const toCalendar = ({ id, name, time_zone, hours }: CalendarRow): Calendar => ({ id, name, time_zone, hours: JSON.parse(hours) as WeekInterval[] });
const valuesOf = ({ name, time_zone, ...days }: CalendarInput) => ({ name, time_zone, hours: JSON.stringify(weekOf(days)) });
