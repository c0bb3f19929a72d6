import { rowInput } from '../../plugins/customers/api.js';
import { CheckService, OrderRowService, OrderService } from '../../plugins/desk/api.js';
import { articleInput, checklistInput, timeInput } from '../../plugins/desk/inputs.js';
import { ArticleService } from '../../plugins/desk/orders/article-service.js';
import { TimeService } from '../../plugins/desk/orders/time-service.js';
import { system, type TestApp } from '../support/app.js';
import type { Relation, Things } from './world.js';

type Ids = Partial<Record<Relation, string | number>>;
const missing = 999_999;

/** Time and a check on each order, done orders, a hand-over, an article and a checklist. */
export async function workThings(
  { app }: TestApp,
  { a, b, places, orders, technician }: { a: number; b: number; places: Record<string, { id: number }>; orders: Ids; technician: number },
): Promise<Things> {
  const [times, checks, work] = [app.service('desk', TimeService), app.service('desk', CheckService), app.service('desk', OrderService)];
  const [time, check, done]: [Ids, Ids, Ids] = [{}, {}, {}];
  const finished = async (relation: string, place: { id: number }) => {
    const plan = { technician_id: null, planned_start: null, planned_end: null };
    const made = await work.create(system, { customer_id: relation === 'other' ? b : a, installation_id: place.id, title: `Done at ${relation}`, ...plan });
    await app.service('desk', OrderRowService).add(system, made.id, rowInput.parse({ text: 'Seal', sales_price: 100, purchase_price: 50, vat: 2500 }));
    await work.setPerformedWork(system, made.id, 'New seal');
    await work.setStatus(system, made.id, 'done');
    return made.id;
  };
  for (const [relation, place] of Object.entries(places) as [Relation, { id: number }][]) {
    const order = Number(orders[relation]);
    const input = timeInput.parse({ account_id: technician, start: '2026-11-02T08:00', minutes: 30, kind: 'work', billable: '1' });
    time[relation] = await times.add(system, order, input);
    await checks.add(system, order, 'Clean');
    check[relation] = (await checks.list(system, order))[0]!.id;
    done[relation] = await finished(relation, place);
  }
  const article = await app
    .service('desk', ArticleService)
    .create(system, articleInput.parse({ number: 'M-1', text: 'Filter', sales_price: 500, active: true }));
  const checklist = await checks.saveList(system, null, checklistInput.parse({ name: 'Yearly', points: 'Clean', active: true }));
  const { insertId: handedOver } = await app.db.run('INSERT INTO desk_exports (created_at, orders) VALUES (?, 1)', [new Date()]);
  await app.db.run('UPDATE desk_orders SET export_id = ? WHERE id = ?', [handedOver, await finished('own', places['own']!)]);
  const { insertId: imported } = await app.db.run(
    "INSERT INTO customers_imports (kind, file_name, headings, mapping, status, created_at) VALUES ('desk', 'b.csv', '[\"Number\"]', '[\"number\"]', 'draft', ?)",
    [new Date()],
  );
  const below = (kind: string, ids: Ids): Ids => ({
    ...Object.fromEntries(Object.entries(ids).map(([relation, id]) => [relation, `${orders[relation as Relation]}/${kind}/${id}`])),
    crossed: `${orders.own}/${kind}/${ids.other}`,
    missing: `${orders.own}/${kind}/${missing}`,
  });
  return {
    'time of order': below('times', time),
    'check of order': below('checks', check),
    'done order': { ...done, missing },
    article: { own: article.id, missing },
    checklist: { own: checklist, missing },
    'hand-over': { own: handedOver, missing },
    'article import': { own: imported, missing },
  };
}
