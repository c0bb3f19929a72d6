import { DeviceService, ProjectRowService, ProjectService, deviceInput, projectInput, rowInput } from '../../plugins/customers/api.js';
import { OrderRowService } from '../../plugins/desk/api.js';
import { system, type TestApp } from '../support/app.js';
import type { Relation, Things } from './world.js';

type Ids = Partial<Record<Relation, string | number>>;
const missing = 999_999;

/** A device on each place with its label, a project of each customer, and a row on each project and order. */
export async function registerThings(
  { app }: TestApp,
  { a, b, places, orders }: { a: number; b: number; places: Record<string, { id: number }>; orders: Ids },
): Promise<Things> {
  const [devices, projects] = [app.service('customers', DeviceService), app.service('customers', ProjectService)];
  const [projectRows, orderRows] = [app.service('customers', ProjectRowService), app.service('desk', OrderRowService)];
  const row = rowInput.parse({ text: 'Valve', sales_price: 100, purchase_price: 50 });
  const [device, label, orderRow]: [Ids, Ids, Ids] = [{}, {}, {}];
  for (const [relation, place] of Object.entries(places) as [Relation, { id: number }][]) {
    const made = await devices.create(
      system,
      relation === 'other' ? b : a,
      deviceInput.parse({ name: `Pump ${relation}`, kind: 'other', installation_id: place.id, active: 1 }),
    );
    device[relation] = made.id;
    const [token] = await app.db.query<{ qr_token: string }>('SELECT qr_token FROM customers_devices WHERE id = ?', [made.id]);
    label[relation] = token?.qr_token ?? '';
    orderRow[relation] = await orderRows.add(system, Number(orders[relation]), row);
  }
  const own = await projects.create(system, a, projectInput.parse({ name: 'Own', active: 1 }));
  const other = await projects.create(system, b, projectInput.parse({ name: 'Other', active: 1 }));
  const [ownRow, otherRow] = [await projectRows.add(system, own.id, row), await projectRows.add(system, other.id, row)];
  const below = (prefix: (customer: number) => string, values: { own: string | number; other: string | number }): Ids => ({
    own: `${prefix(a)}/${values.own}`,
    other: `${prefix(b)}/${values.other}`,
    crossed: `${prefix(a)}/${values.other}`,
    missing: `${prefix(a)}/${missing}`,
  });
  return {
    device: { ...device, missing },
    label: { ...label, missing: 'A'.repeat(22) },
    project: { own: own.id, other: other.id, missing },
    'device of customer': below((id) => `${id}/devices`, { own: device.own ?? 0, other: device.other ?? 0 }),
    'project of customer': below((id) => `${id}/projects`, { own: own.id, other: other.id }),
    'row of project': below((id) => `${id === a ? own.id : other.id}/rows`, { own: ownRow, other: otherRow }),
    'row of project of customer': below((id) => (id === a ? `${a}/projects/${own.id}/rows` : `${b}/projects/${other.id}/rows`), {
      own: ownRow,
      other: otherRow,
    }),
    'row of order': {
      ...Object.fromEntries(Object.entries(orderRow).map(([relation, id]) => [relation, `${orders[relation as Relation]}/rows/${id}`])),
      crossed: `${orders.own}/rows/${orderRow.other}`,
      missing: `${orders.own}/rows/${missing}`,
    },
  };
}
