import { CalendarService } from '../../plugins/desk/clocks/calendar-service.js';
import { ContractService } from '../../plugins/desk/clocks/contract-service.js';
import { calendarInput, contractInput, levelInput } from '../../plugins/desk/clocks/inputs.js';
import { LevelService } from '../../plugins/desk/clocks/level-service.js';
import { system, type TestApp } from './app.js';

/** Business hours with a holiday, the standard level that goes by them, and contracts of customers with that level. */
export async function makeLevel({ app }: Pick<TestApp, 'app'>) {
  const [calendars, levels, contracts] = [app.service('desk', CalendarService), app.service('desk', LevelService), app.service('desk', ContractService)];
  const calendar = await calendars.create(system, calendarInput.parse({ name: 'Office', time_zone: 'Europe/Stockholm', mon: '08:00-12:00, 13:00-17:00' }));
  await calendars.addHolidays(system, calendar, [{ day: '2026-12-24', name: 'Christmas Eve' }]);
  const [holiday] = await calendars.holidays(system, calendar);
  const level = await levels.create(system, levelInput.parse({ name: 'Gold', calendar_id: calendar, respond_2: 60, solve_2: 480, standard: 'true' }));
  const contract = async (customerId: number): Promise<number> =>
    (await contracts.create(system, customerId, contractInput.parse({ level_id: level, valid_from: '2026-01-01' }))).id;
  return { calendar, holiday: holiday?.id ?? 0, level, contract };
}
