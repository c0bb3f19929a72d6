import { deviceWords, fold, newToken, words } from '../customers/api.js';
import type { Parts } from './loader.js';
import { mailName, type NewCustomer, type Place } from './cast.js';
import { Random, at } from './random.js';
import { idsBy, insertRows, remember, takeNumbers } from './rows.js';

const hasUser = new Set(['printer', 'computer', 'phone']);

/** Two to six devices on each installation, with users and logins. */
export async function createDevices({ db }: Parts, random: Random, places: readonly Place[], customers: readonly NewCustomer[], since: Date): Promise<void> {
  const list = places.flatMap((place, position) => {
    const customer = customers.find((one) => one.id === place.customerId)!;
    const { devices } = place.sample;
    const from = random.int(0, devices.length - 1);
    return Array.from({ length: random.int(2, 6) }, (_, index) => {
      const device = at(devices, (from + index) % devices.length);
      const user = hasUser.has(device.kind) ? random.pick(customer.contacts) : null;
      const login = user && mailName(user);
      const domain = at(customer.domain.split('.'), 0).toUpperCase().slice(0, 15);
      return {
        place,
        row: {
          customer_id: place.customerId,
          installation_id: place.id,
          name: device.name,
          name_key: fold(device.name),
          kind: device.kind,
          manufacturer: device.manufacturer,
          model: device.model,
          serial: `DEMO-${customer.number}-${position + 1}-${index + 1}`,
          location: device.location,
          priority: device.kind === 'server' ? 1 : random.int(2, 4),
          user_name: user,
          user_login: login && `${domain}\\${login}`,
          user_email: login && `${login}@${customer.domain}`,
          warranty_until: `${since.getUTCFullYear() + random.int(1, 4)}-0${random.int(1, 9)}-01`,
          software: device.software?.join('\n') ?? null,
          active: 1,
          qr_token: newToken(),
          created_at: since,
        },
      };
    });
  });
  const rows = list.map(({ row }) => row);
  await insertRows(db, 'customers_devices', rows);
  const ids = await idsBy(
    db,
    'customers_devices',
    'serial',
    rows.map((row) => row.serial),
    `customer_id IN (${customers.map(({ id }) => id).join(', ')})`,
  );
  await remember(db, 'device', ids);
  for (const [index, { place }] of list.entries()) place.devices.push(at(ids, index));
  const found = rows.flatMap((row, index) => deviceWords(row).map((word) => ({ owner: 'device', word, owner_id: at(ids, index), name_key: row.name_key })));
  await insertRows(db, 'customers_words', found);
}

/** A project or two for each company, with rows. */
export async function createProjects({ db }: Parts, random: Random, places: readonly Place[], customers: readonly NewCustomer[], since: Date): Promise<void> {
  const list = customers
    .filter((customer) => customer.kind === 'company')
    .flatMap((customer) =>
      Array.from({ length: random.int(1, 2) }, (_, index) => ({
        customer,
        name: at(customer.sample.projects, (index + customer.number) % customer.sample.projects.length),
      })),
    );
  const first = await takeNumbers(db, 'project', 1001, list.length);
  const rows = list.map(({ customer, name }, index) => ({
    customer_id: customer.id,
    number: `P-${first + index}`,
    name,
    name_key: fold(name),
    active: 1,
    created_at: since,
  }));
  await insertRows(db, 'customers_projects', rows);
  const ids = await idsBy(
    db,
    'customers_projects',
    'number',
    rows.map((row) => row.number),
  );
  await remember(db, 'project', ids);
  for (const [index, { customer }] of list.entries()) for (const place of places) if (place.customerId === customer.id) place.projects.push(at(ids, index));
  const articles = list.flatMap(({ customer }, index) =>
    articleRows(random, customer.sample, random.int(3, 6)).map((row) => ({ project_id: at(ids, index), ...row })),
  );
  await insertRows(db, 'customers_project_rows', articles);
  const found = rows.flatMap((row, index) =>
    words(row.number, row.name).map((word) => ({ owner: 'project', word, owner_id: at(ids, index), name_key: row.name_key })),
  );
  await insertRows(db, 'customers_words', found);
}

/** The first `count` articles of a language with plausible quantities. */
export function articleRows(random: Random, { articles }: Pick<Place['sample'], 'articles'>, count: number) {
  return articles.slice(0, count).map((one, index) => ({
    position: index + 1,
    article: one.article,
    text: one.text,
    quantity: index === 0 ? random.int(2, 16) * 500 : random.int(1, 5) * 1000,
    unit: one.unit,
    purchase_price: one.purchase,
    sales_price: one.sales,
    removed_at: null,
  }));
}
