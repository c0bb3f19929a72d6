import { accountActor } from '../../core/access/actors.js';
import { hashPassword } from '../../core/accounts/passwords.js';
import { createTestApp, system } from '../support/app.js';
import { fillRegister, firstId, perCustomer } from './register-data.js';
import { countWork } from './counting.js';
import { median, serveUsage } from './load.js';

/** A Portico with a large register of customers, measured by the parent process. */
const customers = Number(process.argv[2] ?? 5_000);
const test = await createTestApp();
const { app } = test;
await app.settings.set(system, { 'core.apiRate': 0, 'core.apiAddressRate': 0 });
const filling = performance.now();
await fillRegister(app.db, customers);
const filled = performance.now() - filling;
const admin = await test.make.staff('administrator');
const customerId = firstId + Math.floor(customers / 2);
const account = (n: number) => (firstId + n) * perCustomer.accounts;
const [staff, program] = [await test.client('staff', admin), await test.program('staff', admin)];
const portal = await test.client('portal', { id: account(60) });

/** One question in µs of CPU, once its answer is in memory. */
async function askCost(ask: () => Promise<unknown>): Promise<number> {
  await ask();
  const rounds = [];
  for (let round = 0; round < 5; round += 1) {
    const before = process.cpuUsage();
    for (let i = 0; i < 20_000; i += 1) await ask();
    const { user, system: kernel } = process.cpuUsage(before);
    rounds.push((user + kernel) / 20_000);
  }
  return median(rounds);
}
const person = accountActor((await app.accounts.get(account(60)))!);
const can = await askCost(() =>
  app.access.can(person, 'customers.installation.read', { customer: firstId + 60, installation: (firstId + 60) * perCustomer.installations }),
);
const scope = await askCost(() => app.access.scope(person, 'customers.installation.read'));

/** Milliseconds of a wrong sign-in, known and unknown names in turn, each from another address. */
async function signInTimes(): Promise<{ known: number; unknown: number }> {
  const hash = await hashPassword('correct horse battery');
  await app.db.run(`UPDATE core_accounts SET password_hash = ? WHERE id >= ${account(0)} AND id < ${account(50)}`, [hash]);
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let i = 0; i < 20; i += 1)
    for (const kind of ['known', 'unknown'] as const) {
      const email = `p${firstId + i}-0@${kind === 'known' ? 'bench' : 'nobody'}.test`;
      const start = performance.now();
      await app.credentials.verify('customer', email, 'wrong password', { site: 'portal', ip: `10.${kind === 'known' ? 1 : 2}.0.${i}` });
      times[kind].push(performance.now() - start);
    }
  return { known: median(times.known), unknown: median(times.unknown) };
}

process.send?.({
  staffUrl: test.staffUrl,
  portalUrl: test.portalUrl(),
  staffCookie: staff.cookieHeader,
  portalCookie: portal.cookieHeader,
  token: program.token,
  customerId,
  crowdId: firstId,
  accessId: account(Math.floor(customers / 2)),
  filled,
  can,
  scope,
  signIn: await signInTimes(),
});
serveUsage(() => test.close(), countWork(app));
