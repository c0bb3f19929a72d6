import { countAccesses, fold, words } from '../customers/api.js';
import { mailName, type Cast, type Contact, type NewCustomer, type Place, type Technician } from './cast.js';
import { samples, type Sample } from './data/index.js';
import type { Parts } from './loader.js';
import { createDevices, createProjects } from './inventory.js';
import { Random, at } from './random.js';
import { idsBy, insertRows, remember, takeNumbers } from './rows.js';

const staffDomain = 'fjordservice.example';
/** Of the six customers of a language: how many accesses and installations each has. Twelve and thirty in all. */
const accessCounts = [3, 3, 2, 2, 1, 1];
const placeCounts = [7, 7, 6, 6, 2, 2];
const options = [
  'portal.overview.read',
  'customers.device.read',
  'customers.project.read',
  'desk.request.create',
  'desk.request.read',
  'desk.order.read',
  'desk.work.read',
  'desk.quotation.read',
  'desk.work-sheet.read',
];

/** Technicians, customers, their accesses and installations. Call it inside a transaction. */
export async function createPeople(parts: Parts, random: Random, now: Date, passwordHash: string): Promise<Cast> {
  const since = new Date(now.getTime() - 366 * 86_400_000);
  const staff = samples.map((sample) => ({ name: sample.technician, email: `${mailName(sample.technician)}@${staffDomain}`, sample }));
  const staffAccounts = await createAccounts(parts, 'staff', staff, since, passwordHash);
  await insertRows(
    parts.db,
    'core_account_roles',
    staffAccounts.map(({ id }) => ({ account_id: id, role_id: 'agent' })),
  );
  const technicians = staffAccounts.map(({ id }, index) => ({ id, name: at(staff, index).name }));
  const customers = await createCustomers(parts, technicians, since);
  const places = await createPlaces(parts, random, customers, since);
  await createDevices(parts, random, places, customers, since);
  await createProjects(parts, random, places, customers, since);
  const contacts = await createAccesses(parts, random, customers, places, since, passwordHash);
  await parts.access.changed([...technicians.map(({ id }) => id), ...contacts.map(({ accountId }) => accountId)]);
  return { technicians, places, contacts };
}

async function createCustomers({ db }: Parts, technicians: readonly Technician[], since: Date): Promise<NewCustomer[]> {
  const list = samples.flatMap((sample, language) => {
    let used = 0;
    return sample.customers.map((customer, index) => {
      const count = at(accessCounts, index);
      const contacts = customer.person ? [customer.name] : sample.people.slice(used, (used += count));
      return {
        ...customer,
        sample,
        language,
        contacts,
        places: at(placeCounts, index),
        kind: customer.person ? ('person' as const) : ('company' as const),
        phone: `${sample.phone}${10 + index}`,
      };
    });
  });
  const first = await takeNumbers(db, 'customer', 10000, list.length);
  const rows = list.map((one, index) => ({
    number: first + index,
    kind: one.kind,
    name: one.name,
    first_name: one.person?.[0] ?? null,
    last_name: one.person?.[1] ?? null,
    short_name: null,
    registration_number: one.person ? null : `DEMO-${first + index}`,
    vat_number: null,
    contact_person: one.person ? null : at(one.contacts, 0),
    street: one.street,
    postal_code: one.postal,
    city: one.city,
    city_key: fold(one.city),
    country: one.sample.country,
    phone: one.phone,
    mobile: null,
    email: `${one.person ? mailName(one.name) : 'info'}@${one.domain}`,
    invoice_email: one.person ? null : `invoice@${one.domain}`,
    language: one.sample.language,
    time_zone: one.sample.timeZone,
    account_manager_id: at(technicians, one.language).id,
    status: 'active',
    name_key: fold(one.name).slice(0, 160),
    created_at: since,
  }));
  await insertRows(db, 'customers_customers', rows);
  const ids = await idsBy(
    db,
    'customers_customers',
    'number',
    rows.map((row) => row.number),
  );
  await remember(db, 'customer', ids);
  const found = rows.flatMap((row, index) =>
    words(row.number, row.name, row.registration_number, row.contact_person, row.city, row.email, row.phone).map((word) => ({
      owner: 'customer',
      word,
      owner_id: at(ids, index),
      name_key: row.name_key,
    })),
  );
  await insertRows(db, 'customers_words', found);
  return list.map((one, index) => ({ ...one, id: at(ids, index), number: first + index }));
}

async function createPlaces({ db }: Parts, random: Random, customers: readonly NewCustomer[], since: Date): Promise<Place[]> {
  const list = customers.flatMap((customer) =>
    Array.from({ length: customer.places }, (_, index) => {
      // Persons have a heating and a door; companies one of each kind and more.
      const kind = (customer.kind === 'person' ? [4, 1] : [0, 1, 2, 3, 4, 5, 0])[index] ?? 0;
      const { names, category } = at(customer.sample.kinds, kind);
      const reference = `${customer.number}-${String(index + 1).padStart(2, '0')}`;
      return { customer, kind, category, name: at(names, index < 6 ? random.int(0, names.length - 2) : names.length - 1), reference };
    }),
  );
  const rows = list.map(({ customer, name, category, reference }) => ({
    customer_id: customer.id,
    name,
    name_key: fold(name),
    city: customer.city,
    address: customer.street,
    reference_number: reference,
    categories: `|${category}|`,
    active: 1,
    lat: null,
    lng: null,
    created_at: since,
  }));
  await insertRows(db, 'customers_installations', rows);
  const ids = await idsBy(
    db,
    'customers_installations',
    'reference_number',
    rows.map((row) => row.reference_number),
    `customer_id IN (${customers.map(({ id }) => id).join(', ')})`,
  );
  await remember(db, 'installation', ids);
  const found = rows.flatMap((row, index) =>
    words(row.name, row.city, row.address, row.reference_number, row.categories).map((word) => ({
      owner: 'installation',
      word,
      owner_id: at(ids, index),
      name_key: row.name_key,
    })),
  );
  await insertRows(db, 'customers_words', found);
  await insertRows(
    db,
    'customers_categories',
    list.map(({ category }, index) => ({ category_key: fold(category), name_key: at(rows, index).name_key, installation_id: at(ids, index), category })),
  );
  return list.map(({ customer, kind, name }, index) => ({
    id: at(ids, index),
    customerId: customer.id,
    kind,
    sample: customer.sample,
    words: words(customer.name, customer.number, name, customer.city),
    devices: [],
    projects: [],
  }));
}

async function createAccesses(
  parts: Parts,
  random: Random,
  customers: readonly NewCustomer[],
  places: readonly Place[],
  since: Date,
  passwordHash: string,
): Promise<Contact[]> {
  const { db } = parts;
  const people = customers.flatMap((customer) =>
    customer.contacts.map((name, index) => ({ name, email: `${mailName(name)}@${customer.domain}`, sample: customer.sample, customer, index })),
  );
  const accounts = await createAccounts(parts, 'customer', people, since, passwordHash);
  const rows = people.map(({ customer, index }, position) => ({
    account_id: at(accounts, position).id,
    customer_id: customer.id,
    status: 'active',
    // The third person of a company looks after two places only.
    covers_all_installations: index === 2 ? 0 : 1,
    covers_all_projects: 1,
    created_at: since,
    removed_at: null,
  }));
  await insertRows(db, 'customers_accesses', rows);
  const ids = await idsBy(
    db,
    'customers_accesses',
    'account_id',
    rows.map((row) => row.account_id),
  );
  await remember(db, 'access', ids);
  await countAccesses(
    db,
    customers.map(({ id }) => id),
  );
  const ticked = people.map(({ index }) =>
    index === 0 && random.chance(0.3) ? [...options, 'desk.order.create-direct'] : index === 1 ? options.slice(0, 6) : options,
  );
  await insertRows(
    db,
    'customers_access_options',
    ticked.flatMap((all, position) => all.map((permission) => ({ access_id: at(ids, position), permission }))),
  );
  const limited = rows.flatMap((row, position) =>
    row.covers_all_installations
      ? []
      : places
          .filter((place) => place.customerId === row.customer_id)
          .slice(0, 2)
          .map((place) => ({ access_id: at(ids, position), installation_id: place.id })),
  );
  await insertRows(db, 'customers_access_installations', limited);
  return people.map(({ customer, sample }, position) => ({
    accountId: at(accounts, position).id,
    customerId: customer.id,
    email: at(accounts, position).email,
    sample,
  }));
}

async function createAccounts(
  { db }: Parts,
  kind: 'staff' | 'customer',
  people: readonly { name: string; email: string; sample: Sample }[],
  since: Date,
  passwordHash: string,
) {
  const rows = [];
  for (const { name, email, sample } of people) {
    const free = await freeAddress(db, kind, email);
    rows.push({
      kind,
      name,
      email: free,
      email_key: free,
      user_name: free,
      user_name_key: free,
      mobile: null,
      language: sample.language,
      time_zone: sample.timeZone,
      status: 'active',
      password_hash: passwordHash,
      password_changed_at: since,
      must_change_password: 0,
      last_sign_in_at: null,
      created_at: since,
    });
  }
  await insertRows(db, 'core_accounts', rows);
  const ids = await idsBy(
    db,
    'core_accounts',
    'email_key',
    rows.map((row) => row.email_key),
    `kind = '${kind}'`,
  );
  await remember(db, 'account', ids);
  const found = rows.flatMap((row, index) =>
    words(row.name, row.email).map((word) => ({ owner: 'account', word, owner_id: at(ids, index), name_key: row.name })),
  );
  await insertRows(db, 'core_words', found);
  return rows.map(({ email }, index) => ({ email, id: at(ids, index) }));
}

/** An earlier removal may have kept an account. */
async function freeAddress(db: Parts['db'], kind: string, email: string): Promise<string> {
  for (let count = 1; ; count++) {
    const free = count === 1 ? email : email.replace('@', `${count}@`);
    const [taken] = await db.query('SELECT id FROM core_accounts WHERE kind = ? AND (email_key = ? OR user_name_key = ?)', [kind, free, free]);
    if (!taken) return free;
  }
}
