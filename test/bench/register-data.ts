import type { Database } from '../../core/api.js';
import { insertRows } from '../../plugins/demo/rows.js';
import { fold, words } from '../../plugins/customers/api.js';

/** Of each customer. */
export const perCustomer = { accounts: 4, installations: 2, devicesPerInstallation: 6 };
/** Ids begin here, so that the few that were made before stay apart. */
export const firstId = 1_000;
const first = ['Alder', 'Birch', 'Cedar', 'Dahlia', 'Elm', 'Fern', 'Grove', 'Hazel', 'Iris', 'Juniper', 'Kelp', 'Larch', 'Maple', 'Nettle', 'Oak', 'Pine'];
const second = ['Clinics', 'Schools', 'Gyms', 'Bakery', 'Hotels', 'Foods', 'Harbor', 'Mills', 'Press', 'Studios', 'Works', 'Garage', 'Council'];
const cities = ['Malmö', 'Lund', 'Ystad', 'Kalmar', 'Visby', 'Umeå', 'Gävle'];
const options = ['customers.installation.read', 'desk.request.create', 'desk.request.read', 'desk.order.read', 'desk.work.read'];

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
       SELECT c.id * ${accounts} + k.n, 'customer', concat('Person ', c.id, ' ', k.n), concat('p', c.id, '-', k.n, '@bench.test'), concat('p', c.id, '-', k.n, '@bench.test'),
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
    await db.run(
      `INSERT INTO customers_installations (id, customer_id, name, name_key, city, categories, active, created_at)
       SELECT c.id * ${installations} + k.n, c.id, concat('Site ', c.id, ' ', k.n), concat('site ', c.id, ' ', k.n), c.city, '', 1, ?
       FROM customers_customers c CROSS JOIN bench_numbers k WHERE c.id >= ${firstId} AND k.n < ${installations}`,
      [now],
    );
    for (const word of ["'site'", 'customer_id'])
      await db.run(
        `INSERT INTO customers_words (owner, word, owner_id) SELECT 'installation', concat(${word}, ''), id FROM customers_installations WHERE id >= ${firstId * installations}`,
      );
    await db.run(
      `INSERT INTO customers_devices (customer_id, installation_id, name, name_key, kind, serial, priority, active, qr_token, created_at)
       SELECT i.customer_id, i.id, concat('Printer ', k.n), concat('printer ', k.n), 'printer', concat('SN', i.id, '-', k.n), 3, 1, concat('bench-', i.id, '-', k.n), ?
       FROM customers_installations i CROSS JOIN bench_numbers k WHERE i.id >= ${firstId * installations} AND k.n < ${devicesPerInstallation}`,
      [now],
    );
  });
}

async function fillCustomers(db: Database, count: number, now: Date): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => {
    const name = `${first[index % 16]} ${second[index % 13]} ${index}`;
    const city = cities[index % 7]!;
    return {
      id: firstId + index,
      number: 20_000 + index,
      kind: 'company',
      name,
      name_key: fold(name),
      contact_person: 'Anna Lind',
      city,
      status: 'active',
      created_at: now,
    };
  });
  await insertRows(db, 'customers_customers', rows);
  const found = rows.flatMap(({ id, name, number, city }) => words(name, number, city).map((word) => ({ owner: 'customer', word, owner_id: id })));
  await insertRows(db, 'customers_words', found);
}
