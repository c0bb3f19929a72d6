import { guard, type FormState, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { CalendarService } from './calendar-service.js';
import { ClockJobs } from './clock-jobs.js';
import { spanText } from './due-look.js';
import { levelInput } from './inputs.js';
import { LevelService } from './level-service.js';
import type { LevelRow } from './tables.js';

const priorities = [1, 2, 3, 4] as const;
export const levelsPath = '/settings/desk/levels';
export const calendarsPath = '/settings/desk/calendars';

/** The two lists of these settings, as tabs. */
export const ruleTabs = (c: PageContext, active: string) =>
  [
    { label: c.t('desk:levels.title'), href: levelsPath },
    { label: c.t('desk:calendars.title'), href: calendarsPath },
  ].map((tab) => ({ ...tab, active: tab.href === active }));

/** Service levels, in the settings. */
export const levelPages: PageModule = (page, resolve) => {
  const levels = resolve(LevelService);
  const write = guard('desk.level.manage', 'write');

  page.get(levelsPath, guard('desk.level.manage'), async (c) => {
    const rows = await levels.list(c.actor);
    const run = await resolve(ClockJobs).progress();
    const heads = priorities.map((one) => c.t(`levels.priority.${one}`));
    c.view(
      'desk/levels',
      {
        tabs: ruleTabs(c, levelsPath),
        run,
        heads,
        rows: rows.map((row) => ({ ...row, promises: priorities.map((one, at) => ({ label: heads[at], text: promise(c, row, one) })) })),
      },
      { title: c.t('levels.title') },
    );
  });

  page.form(`${levelsPath}/new`, write, {
    schema: levelInput,
    show: (c, form) => show(c, resolve, form, null),
    async submit(c, input) {
      await levels.create(c.actor, input);
      c.redirect(levelsPath, { key: 'desk:toast.levelSaved', vars: { name: input.name } });
    },
  });

  page.form(`${levelsPath}/:level`, write, {
    schema: levelInput,
    async initial(c) {
      const { standard, ...level } = await levels.get(c.actor, c.id('level'));
      return { ...level, standard: standard ? 'true' : '' };
    },
    show: async (c, form) => show(c, resolve, form, await levels.get(c.actor, c.id('level'))),
    async submit(c, input) {
      await levels.update(c.actor, c.id('level'), input);
      c.redirect(levelsPath, { key: 'desk:toast.levelSaved', vars: { name: input.name } });
    },
  });

  page.post(`${levelsPath}/:level/remove`, write, async (c) => {
    const { id, name } = await levels.get(c.actor, c.id('level'));
    await levels.remove(c.actor, id);
    c.redirect(levelsPath, { key: 'desk:toast.removed', vars: { name }, undo: `${levelsPath}/${id}/restore` });
  });
  page.post(`${levelsPath}/:level/restore`, write, async (c) => {
    await levels.restore(c.actor, c.id('level'));
    c.redirect(levelsPath, { key: 'desk:toast.restored' });
  });
};

/** "30 min / 4 h": first answer and solution of one priority. */
function promise(c: PageContext, level: LevelRow, priority: 1 | 2 | 3 | 4): string {
  const [respond, solve] = [level[`respond_${priority}`], level[`solve_${priority}`]];
  if (respond === null && solve === null) return '–';
  return [respond, solve].map((one) => (one === null ? '–' : spanText(c, one))).join(' / ');
}

async function show(c: PageContext, resolve: Resolve, form: FormState, level: LevelRow | null): Promise<void> {
  const calendars = await resolve(CalendarService).list(c.actor);
  const title = level ? level.name : c.t('levels.new');
  c.view(
    'desk/level',
    {
      form,
      title,
      level,
      calendars: calendars.map(({ id, name }) => ({ value: id, label: name })),
      priorities: priorities.map((one) => ({ respond: `respond_${one}`, solve: `solve_${one}`, label: c.t(`levels.priority.${one}`) })),
    },
    { title },
  );
}
