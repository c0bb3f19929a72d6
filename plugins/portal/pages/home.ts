import { SETTINGS, signedIn, type PageContext, type PageModule } from '../../../core/api.js';
import { AccessDirectory, DeviceService, deviceLooks } from '../../customers/api.js';
import { customerChoice } from '../customer-choice.js';
import { Matters } from '../matters.js';
import { emptyReport, reportChoices } from './report-form.js';

const shown = 5;

export const homePages: PageModule = (page, resolve) => {
  const [matters, directory, settings] = [resolve(Matters), resolve(AccessDirectory), resolve(SETTINGS)];
  page.get('/', signedIn(), async (c) => {
    const overview = c.may('portal.overview.read');
    const choice = await customerChoice(c, directory);
    const { rows, count } = overview ? await matters.open(c, shown, choice.customerId) : { rows: [], count: 0 };
    const customers = await directory.customersInReach(c.actor);
    const filter = { limit: 4, customerId: choice.customerId };
    const places = c.may('customers.installation.read') ? await directory.installations(c.actor, 'customers.installation.read', filter) : [];
    const devices = c.may('customers.device.read') ? (await resolve(DeviceService).list(c.actor, { active: true, ...filter })).rows : [];
    c.view(
      'portal/home',
      {
        greeting: c.t(`greeting.${partOfDay(c)}`, { name: c.actor.account?.name.split(' ')[0] ?? '' }),
        lead: settings.get('portal.welcome') || c.t('home.lead'),
        overview,
        choice,
        matters: rows,
        count,
        live: liveTopics(customers),
        places: places.slice(0, 3),
        inventory: devices.slice(0, 3).map((row) => deviceLooks(c, row)),
        morePlaces: places.length > 3,
        form: emptyReport(),
        answerHours: settings.get('portal.answerHours'),
        ...(c.may('desk.request.create') ? await reportChoices(c, resolve) : {}),
      },
      { title: c.t('menu.home') },
    );
  });
};

/** What the list of matters follows: every order and report of the customers in reach. */
export const liveTopics = (customers: readonly { id: number }[]): string =>
  customers.flatMap(({ id }) => [`desk.orders:c${id}`, `desk.requests:c${id}`]).join(' ');

function partOfDay(c: PageContext): string {
  const hour = Number(new Intl.DateTimeFormat('en', { hour: '2-digit', hourCycle: 'h23', timeZone: c.fmt.timeZone }).format(new Date()));
  return hour < 5 || hour >= 18 ? 'evening' : hour < 12 ? 'morning' : 'day';
}
