import { DATABASE, inject, injectable, type Database } from '../../../core/api.js';
import { toLocalInput } from '../../customers/api.js';
import type { BusinessTime } from './business-time.js';
import { BusinessTimes } from './calendars.js';
import type { CalendarRow, ContractRow, LevelRow, LevelSource } from './tables.js';

/** The service level that counts, and why. */
export interface LevelChoice {
  level: LevelRow;
  source: LevelSource;
  contract: Pick<ContractRow, 'id' | 'number'> | null;
  time: BusinessTime;
}
type Known = LevelRow & Pick<CalendarRow, 'time_zone' | 'hours' | 'version'>;

/**
 * Which service level counts for a customer on a day, the first of these: the contract that is valid then (of several the one that
 * began last), the customer's own level, the standard level, none. The day is that of the level's business hours.
 */
@injectable()
export class LevelChooser {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(BusinessTimes) private readonly times: BusinessTimes,
  ) {}

  /** `at`: when the request was made; a contract that ends later goes on counting for it. */
  async choose(customerId: number, at: Date): Promise<LevelChoice | null> {
    const levels = await this.db.query<Known>(
      'SELECT l.*, c.time_zone, c.hours, c.version FROM desk_levels l JOIN desk_calendars c ON c.id = l.calendar_id WHERE l.removed_at IS NULL',
    );
    if (levels.length === 0) return null;
    const contracts = await this.db.query<ContractRow>(
      'SELECT * FROM desk_contracts WHERE customer_id = ? AND removed_at IS NULL ORDER BY valid_from DESC, id DESC',
      [customerId],
    );
    for (const contract of contracts) {
      const level = levels.find((one) => one.id === contract.level_id);
      const today = level && toLocalInput(at, level.time_zone).slice(0, 10);
      if (today && contract.valid_from <= today && today <= contract.valid_to) return this.#chosen(level, 'contract', contract);
    }
    const [own] = await this.db.query<{ level_id: number }>('SELECT level_id FROM desk_customer_levels WHERE customer_id = ?', [customerId]);
    const level = levels.find((one) => one.id === own?.level_id);
    if (level) return this.#chosen(level, 'customer');
    const standard = levels.find((one) => Number(one.standard) === 1);
    return standard ? this.#chosen(standard, 'standard') : null;
  }

  async #chosen(known: Known, source: LevelSource, contract: ContractRow | null = null): Promise<LevelChoice> {
    const { time_zone, hours, version, ...level } = known;
    return { level, source, contract, time: await this.times.of({ id: level.calendar_id, time_zone, hours, version }) };
  }
}
