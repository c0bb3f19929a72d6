import { SETTINGS, guard, type FormState, type PageContext, type PageModule } from '../../../core/api.js';
import { timeZoneNames } from '../../customers/api.js';
import { CalendarService, type Calendar } from './calendar-service.js';
import { hoursTexts, weekdays } from './hours-text.js';
import { calendarInput } from './inputs.js';
import { calendarsPath, ruleTabs } from './level-pages.js';

// Frozen lists are written as markup once.
const timeZones = Object.freeze(timeZoneNames.map((value) => ({ value, label: value.replaceAll('_', ' ') })));

/** Business hours, in the settings. */
export const calendarPages: PageModule = (page, resolve) => {
  const calendars = resolve(CalendarService);
  const write = guard('desk.level.manage', 'write');

  page.get(calendarsPath, guard('desk.level.manage'), async (c) => {
    const rows = await calendars.list(c.actor);
    c.view(
      'desk/calendars',
      { tabs: ruleTabs(c, calendarsPath), rows: rows.map((row) => ({ ...row, open: openText(c, row) })) },
      { title: c.t('calendars.title') },
    );
  });

  page.form(`${calendarsPath}/new`, write, {
    schema: calendarInput,
    initial: () => ({
      time_zone: resolve(SETTINGS).get('core.timeZone'),
      ...Object.fromEntries(weekdays.slice(0, 5).map((day) => [day, '08:00-17:00'])),
    }),
    show: (c, form) => show(c, form, null),
    async submit(c, input) {
      const id = await calendars.create(c.actor, input);
      c.redirect(`${calendarsPath}/${id}`, { key: 'desk:toast.calendarSaved', vars: { name: input.name } });
    },
  });

  page.form(`${calendarsPath}/:calendar`, write, {
    schema: calendarInput,
    async initial(c) {
      const { hours, ...calendar } = await calendars.get(c.actor, c.id('calendar'));
      return { ...calendar, ...hoursTexts(hours) };
    },
    show: async (c, form) => show(c, form, await calendars.get(c.actor, c.id('calendar'))),
    async submit(c, input) {
      await calendars.update(c.actor, c.id('calendar'), input);
      c.redirect(`${calendarsPath}/${c.id('calendar')}`, { key: 'desk:toast.calendarSaved', vars: { name: input.name } });
    },
  });

  page.post(`${calendarsPath}/:calendar/remove`, write, async (c) => {
    const { id, name } = await calendars.get(c.actor, c.id('calendar'));
    await calendars.remove(c.actor, id);
    c.redirect(calendarsPath, { key: 'desk:toast.removed', vars: { name }, undo: `${calendarsPath}/${id}/restore` });
  });
  page.post(`${calendarsPath}/:calendar/restore`, write, async (c) => {
    await calendars.restore(c.actor, c.id('calendar'));
    c.redirect(calendarsPath, { key: 'desk:toast.restored' });
  });
};

function show(c: PageContext, form: FormState, calendar: Calendar | null): void {
  const title = calendar ? calendar.name : c.t('calendars.new');
  const days = weekdays.map((name, index) => ({ name, label: weekdayName(c, index, 'long') }));
  c.view('desk/calendar', { form, title, calendar, days, timeZones }, { title });
}

/** Equal days in a row stand together: "Mon–Fri 08:00-17:00". */
function openText(c: PageContext, { hours }: Calendar): string {
  const texts = Object.values(hoursTexts(hours));
  const parts: string[] = [];
  for (let from = 0; from < 7;) {
    let to = from;
    while (to < 6 && texts[to + 1] === texts[from]) to++;
    const days = [from, to].slice(0, to > from ? 2 : 1).map((one) => weekdayName(c, one, 'short'));
    if (texts[from] !== '') parts.push(`${days.join('–')} ${texts[from]}`);
    from = to + 1;
  }
  return parts.join('; ') || '–';
}

/** The first day of 2024 was a Monday. */
export function weekdayName(c: PageContext, index: number, style: 'long' | 'short' | 'narrow'): string {
  const name = new Intl.DateTimeFormat(c.fmt.locale, { weekday: style, timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + index));
  return style === 'long' ? name.charAt(0).toLocaleUpperCase(c.fmt.locale) + name.slice(1) : name;
}
