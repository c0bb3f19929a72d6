import type { Database } from '../../core/api.js';
import { chunks, insertRows } from '../../plugins/demo/rows.js';
import { countAccesses, fold, words } from '../../plugins/customers/api.js';

/** Of each customer. */
export const perCustomer = { accounts: 4, installations: 2, devicesPerInstallation: 6 };
/** Ids begin here, so that the few that were made before stay apart. */
export const firstId = 1_000;
/** A customer with so many accesses. */
export const crowd = 200;
// 300 names, 15 trades: a trade is a word of one customer in 15, as in real registers.
const roots = 'Alder Birch Cedar Dahl Elm Fern Grov Hazel Iris Juni Kelp Lind Maple Nor Oster Pil Ros Sol Tall Vest'.split(' ');
const ends = ['', 'berg', 'dal', 'gren', 'holm', 'lund', 'vik', 'by', 'strand', 'ström', 'stad', 'ås', 'nes', 'feld', 'bach'];
const trades = 'Clinics Schools Gyms Bakery Hotels Foods Harbor Mills Press Studios Works Garage Council Dental Property'.split(' ');
const cities = ['Malmö', 'Lund', 'Ystad', 'Kalmar', 'Visby', 'Umeå', 'Gävle'];
const people = 'Anna Bo Cilla David Eva Filip Greta Hugo Ida Jonas Karin Lars Maja Nils Olga Per Rut Sven Tove Ulf'.split(' ');
const things = ['printer', 'lift', 'router', 'boiler', 'scanner', 'gate'];
const options = ['customers.installation.read', 'customers.device.read', 'desk.request.create', 'desk.request.read', 'desk.order.read', 'desk.work.read'];

/** A register of so many customers, each with accounts, installations and devices, by few statements on both engines. */
export async function fillRegister(db: Database, customers: number): Promise<void> {
  const now = new Date();
  await db.transaction(async () => {
    await db.run('CREATE TABLE bench_numbers (n INTEGER PRIMARY KEY)').catch(() => undefined);
    await db.run('DELETE FROM bench_numbers');
    await insertRows(
      db,
      'bench_numbers',
      Array.from({ length: 12 }, (_, n) => ({ n })),
    );
    await fillCustomers(db, customers, now);
    const { accounts, installations, devicesPerInstallation } = perCustomer;
    await db.run(
      `INSERT INTO core_accounts (id, kind, name, email, email_key, user_name, user_name_key, language, time_zone, status, must_change_password, created_at)
       SELECT c.id * ${accounts} + k.n, 'customer', concat(substr(c.contact_person, 1, 20), ' ', k.n), concat('p', c.id, '-', k.n, '@bench.test'), concat('p', c.id, '-', k.n, '@bench.test'),
         concat('p', c.id, '-', k.n), concat('p', c.id, '-', k.n), 'en', 'UTC', 'active', 0, ?
       FROM customers_customers c CROSS JOIN bench_numbers k WHERE c.id >= ${firstId} AND k.n < ${accounts}`,
      [now],
    );
    await db.run(
      `INSERT INTO customers_accesses (id, account_id, customer_id, status, covers_all_installations, covers_all_projects, created_at)
       SELECT c.id * ${accounts} + k.n, c.id * ${accounts} + k.n, c.id, 'active', 1, 1, ? FROM customers_customers c CROSS JOIN bench_numbers k WHERE c.id >= ${firstId} AND k.n < ${accounts}`,
      [now],
    );
    for (const option of options)
      await db.run(`INSERT INTO customers_access_options (access_id, permission) SELECT id, ? FROM customers_accesses WHERE id >= ${firstId * accounts}`, [
        option,
      ]);
    // The first customer has many accesses; one customer and one access in a hundred are without, or disabled.
    await db.run(`UPDATE customers_accesses SET customer_id = ${firstId} WHERE id < ${firstId * accounts + crowd} AND id >= ${firstId * accounts}`);
    await db.run(`UPDATE customers_accesses SET removed_at = ? WHERE customer_id % 100 = 99`, [now]);
    await countAccesses(db);
    await db.run(`UPDATE core_accounts SET status = 'disabled' WHERE kind = 'customer' AND id % 101 = 100`);
    await db.run(
      `INSERT INTO customers_installations (id, customer_id, name, name_key, city, categories, active, created_at)
       SELECT c.id * ${installations} + k.n, c.id, concat('Site ', c.id, ' ', k.n), concat('site ', c.id, ' ', k.n), c.city, '', 1, ?
       FROM customers_customers c CROSS JOIN bench_numbers k WHERE c.id >= ${firstId} AND k.n < ${installations}`,
      [now],
    );
    await fillWords(db, 'installation', `customers_installations WHERE id >= ${firstId * installations}`, ["'site'", 'customer_id']);
    await db.run(
      `INSERT INTO customers_devices (customer_id, installation_id, name, name_key, kind, serial, priority, active, qr_token, created_at)
       SELECT i.customer_id, i.id, concat(${thing}, ' ', i.id), concat(${thing}, ' ', i.id), ${thing}, concat('sn', i.id, k.n), 3, 1, concat('bench-', i.id, '-', k.n), ?
       FROM customers_installations i CROSS JOIN bench_numbers k WHERE i.id >= ${firstId * installations} AND k.n < ${devicesPerInstallation}`,
      [now],
    );
    await fillWords(db, 'device', "customers_devices WHERE qr_token LIKE 'bench-%'", ['kind', 'serial', 'installation_id']);
    // MariaDB plans by statistics, and counts them some time after so many rows.
    for (const table of [
      'customers_customers',
      'customers_accesses',
      'customers_installations',
      'customers_devices',
      'customers_words',
      'core_accounts',
      'core_words',
    ])
      if (db.dialect === 'mysql') await db.run(`ANALYZE TABLE ${table}`);
  });
}

/** One kind of device in turn. */
const thing = `CASE k.n ${things.map((name, index) => `WHEN ${index} THEN '${name}'`).join(' ')} END`;

async function fillWords(db: Database, owner: string, from: string, columns: readonly string[]): Promise<void> {
  for (const column of columns)
    await db.run(`INSERT INTO customers_words (owner, word, owner_id, name_key) SELECT '${owner}', concat(${column}, ''), id, name_key FROM ${from}`);
}

async function fillCustomers(db: Database, count: number, now: Date): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => {
    const at = <T>(list: readonly T[], step: number): T => list[Math.floor(index / step) % list.length]!;
    const name = `${at(roots, 1)}${at(ends, 7)} ${at(trades, 3)}`;
    const city = at(cities, 11);
    const contact_person = `${at(people, 1)} ${at(roots, 2)}${at(ends, 13)}`;
    return {
      id: firstId + index,
      number: 20_000 + index,
      kind: 'company',
      name,
      name_key: fold(name),
      contact_person,
      city,
      city_key: fold(city),
      status: 'active',
      created_at: now,
    };
  });
  await insertRows(db, 'customers_customers', rows);
  const found = rows.flatMap(({ id, name, name_key, number, city, contact_person }) =>
    words(name, number, city, contact_person).map((word) => ({ owner: 'customer', word, owner_id: id, name_key })),
  );
  await insertRows(db, 'customers_words', found);
  for (const part of chunks(rows, 1_000)) {
    const accounts = part.flatMap(({ id, contact_person }) =>
      Array.from({ length: perCustomer.accounts }, (_, n) => ({
        id: id * perCustomer.accounts + n,
        name: `${contact_person.slice(0, 20)} ${n}`,
        found: words(contact_person, n, `p${id}`, 'bench test'),
      })),
    );
    await insertRows(
      db,
      'core_words',
      accounts.flatMap(({ id, name, found: all }) => all.map((word) => ({ owner: 'account', word, owner_id: id, name_key: name }))),
    );
  }
}
