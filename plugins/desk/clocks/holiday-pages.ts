import { readFile } from 'node:fs/promises';
import { CLOCK, InvalidInputError, guard, z, type PageContext, type PageModule } from '../../../core/api.js';
import { CalendarService, type Calendar } from './calendar-service.js';
import { weekdayName } from './calendar-pages.js';
import { readHolidays } from './holiday-list.js';
import { holidayInput } from './inputs.js';
import { calendarsPath } from './level-pages.js';
import { hoursTexts } from './hours-text.js';

const yearQuery = z.object({ year: z.coerce.number().int().min(2000).max(2199).optional().catch(undefined) });
const listInput = z.object({ list: z.string().max(200_000).default('') });
const day = 86_400_000;

/** Holidays of business hours: the year as a picture, one by one or as a list. */
export const holidayPages: PageModule = (page, resolve) => {
  const calendars = resolve(CalendarService);
  const write = guard('desk.level.manage', 'write');
  const path = (c: PageContext) => `${calendarsPath}/${c.id('calendar')}/holidays`;
  const back = (c: PageContext, year: string | number) => `${path(c)}?year=${year}`;

  page.form(`${calendarsPath}/:calendar/holidays`, write, {
    schema: holidayInput,
    async show(c, form) {
      const calendar = await calendars.get(c.actor, c.id('calendar'));
      const year = c.query(yearQuery).year ?? resolve(CLOCK).now().getUTCFullYear();
      const rows = await calendars.holidays(c.actor, calendar.id, year);
      const title = c.t('holidays.title', { name: calendar.name });
      const months = yearPicture(c, calendar, year, new Map(rows.map((row) => [row.day, row.name])));
      const [previous, next] = [year - 1, year + 1].map((one) => (one >= 2000 && one < 2200 ? { year: one, href: back(c, one) } : null));
      c.view('desk/holidays', { form, title, calendar, base: path(c), year, rows, months, previous, next }, { title });
    },
    async submit(c, input) {
      await calendars.addHolidays(c.actor, c.id('calendar'), [input]);
      c.redirect(back(c, input.day.slice(0, 4)), { key: 'desk:toast.holidayAdded', vars: { name: input.name } });
    },
  });

  page.form(`${calendarsPath}/:calendar/holidays/import`, write, {
    schema: listInput,
    uploads: { fields: ['file'], maxFiles: 1, maxBytes: 1_048_576 },
    async show(c, form) {
      const calendar = await calendars.get(c.actor, c.id('calendar'));
      const title = c.t('holidays.importTitle');
      c.view('desk/holiday-import', { form, title, calendar, base: path(c) }, { title });
    },
    async submit(c, { list }) {
      await calendars.get(c.actor, c.id('calendar'));
      const [file] = c.uploads;
      if (!file && list.trim() === '') throw new InvalidInputError({ list: { key: 'desk:error.holidaysEmpty' } });
      const days = readHolidays(file ? await readFile(file.path, 'utf8') : list);
      const { added, batch } = await calendars.addHolidays(c.actor, c.id('calendar'), days);
      const undo = added > 0 ? { undo: `${path(c)}/lists/${batch}/remove` } : {};
      c.redirect(back(c, days[0]?.day.slice(0, 4) ?? ''), { key: 'desk:toast.holidaysAdded', vars: { count: added }, ...undo });
    },
  });

  page.post(`${calendarsPath}/:calendar/holidays/lists/:list/remove`, write, async (c) => {
    await calendars.removeBatch(c.actor, c.id('calendar'), c.id('list'));
    c.redirect(path(c), { key: 'desk:toast.holidaysRemoved' });
  });
  page.post(`${calendarsPath}/:calendar/holidays/:holiday/remove`, write, async (c) => {
    const row = await calendars.removeHoliday(c.actor, c.id('calendar'), c.id('holiday'));
    c.redirect(back(c, row.day.slice(0, 4)), { key: 'desk:toast.removed', vars: { name: row.name }, undo: `${path(c)}/${row.id}/restore` });
  });
  page.post(`${calendarsPath}/:calendar/holidays/:holiday/restore`, write, async (c) => {
    const row = await calendars.restoreHoliday(c.actor, c.id('calendar'), c.id('holiday'));
    c.redirect(back(c, row.day.slice(0, 4)), { key: 'desk:toast.restored' });
  });
};

/** Twelve months in weeks from Monday; each day says whether it is open. */
function yearPicture(c: PageContext, { hours }: Calendar, year: number, holidays: ReadonlyMap<string, string>): object[] {
  const open = Object.values(hoursTexts(hours)).map((text) => text !== '');
  const names = Array.from({ length: 7 }, (_, index) => ({ short: weekdayName(c, index, 'narrow'), long: weekdayName(c, index, 'long') }));
  return Array.from({ length: 12 }, (_, month) => {
    const first = Date.UTC(year, month, 1);
    const label = new Intl.DateTimeFormat(c.fmt.locale, { month: 'long', timeZone: 'UTC' }).format(first);
    const lead = (new Date(first).getUTCDay() + 6) % 7;
    const length = (Date.UTC(year, month + 1, 1) - first) / day;
    const cells = Array.from({ length: Math.ceil((lead + length) / 7) * 7 }, (_cell, index) => {
      if (index < lead || index >= lead + length) return null;
      const holiday = holidays.get(new Date(first + (index - lead) * day).toISOString().slice(0, 10));
      return { number: index - lead + 1, holiday, closed: !holiday && !open[index % 7] };
    });
    return { label, names, weeks: Array.from({ length: cells.length / 7 }, (_week, index) => cells.slice(index * 7, index * 7 + 7)) };
  });
}
