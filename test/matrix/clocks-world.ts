import { CalendarService } from '../../plugins/desk/clocks/calendar-service.js';
import { ContractService } from '../../plugins/desk/clocks/contract-service.js';
import { calendarInput, contractInput, levelInput } from '../../plugins/desk/clocks/inputs.js';
import { LevelService } from '../../plugins/desk/clocks/level-service.js';
import { system, type TestApp } from '../support/app.js';
import type { Things } from './world.js';

const missing = 999_999;

/** Business hours with a holiday, a service level, and a contract of each customer. */
export async function clockThings({ app }: TestApp, { a, b }: { a: number; b: number }): Promise<{ things: Things; ids: Record<string, number> }> {
  const [calendars, levels, contracts] = [app.service('desk', CalendarService), app.service('desk', LevelService), app.service('desk', ContractService)];
  const calendar = await calendars.create(system, calendarInput.parse({ name: 'Office', time_zone: 'Europe/Stockholm', mon: '08:00-17:00' }));
  await calendars.addHolidays(system, calendar, [{ day: '2026-12-24', name: 'Christmas Eve' }]);
  const [holiday] = await calendars.holidays(system, calendar);
  const level = await levels.create(system, levelInput.parse({ name: 'Gold', calendar_id: calendar, respond_2: 60, solve_2: 480, standard: 'true' }));
  const contract = async (customer: number) =>
    (await contracts.create(system, customer, contractInput.parse({ level_id: level, valid_from: '2026-01-01' }))).id;
  const [own, other] = [await contract(a), await contract(b)];
  await app.jobs.idle();
  return {
    things: {
      calendar: { own: calendar, missing },
      level: { own: level, missing },
      holiday: { own: `${calendar}/holidays/${holiday?.id}`, missing: `${calendar}/holidays/${missing}` },
      contract: { own, other, missing },
      'contract of customer': {
        own: `${a}/contracts/${own}`,
        other: `${b}/contracts/${other}`,
        crossed: `${a}/contracts/${other}`,
        missing: `${a}/contracts/${missing}`,
      },
    },
    ids: { calendar, level },
  };
}
