import { DATABASE, inject, injectable, type Database } from '../../../core/api.js';
import { BusinessTime, type WeekInterval } from './business-time.js';
import type { CalendarRow } from './tables.js';

/** Business hours ready to be reckoned with, kept until they change. */
@injectable()
export class BusinessTimes {
  readonly #kept = new Map<number, { version: number; time: BusinessTime }>();

  constructor(@inject(DATABASE) private readonly db: Database) {}

  /** `calendar`: as it is stored now. */
  async of(calendar: Pick<CalendarRow, 'id' | 'version' | 'time_zone' | 'hours'>): Promise<BusinessTime> {
    const kept = this.#kept.get(calendar.id);
    if (kept?.version === calendar.version) return kept.time;
    const days = await this.db.query<{ day: string }>('SELECT day FROM desk_holidays WHERE calendar_id = ? AND removed_at IS NULL', [calendar.id]);
    const hours = JSON.parse(calendar.hours) as WeekInterval[];
    const time = new BusinessTime({ timeZone: calendar.time_zone, hours, holidays: days.map((one) => one.day) });
    this.#kept.set(calendar.id, { version: calendar.version, time });
    return time;
  }
}
