import { accountActor } from '../../core/access/actors.js';
import { SEARCH, type Actor, type Search } from '../../core/api.js';
import { RequestService, type RequestFilter } from '../../plugins/desk/api.js';
import { createTestApp, system } from '../support/app.js';
import { countWork } from './counting.js';
import { bytesOf, fillDesk, firstRequest, wordsByRank } from './desk-data.js';
import type { SearchTimes } from './desk-run.js';
import { serveUsage } from './load.js';
import { fillRegister, firstId, perCustomer } from './register-data.js';

/** A Portico with many requests, measured by the parent process. */
const total = Number(process.argv[2] ?? 10_000);
const customers = 1_000;
const test = await createTestApp();
const { app } = test;
await app.settings.set(system, { 'core.apiRate': 0, 'core.apiAddressRate': 0 });
const filling = performance.now();
await fillRegister(app.db, customers);
await fillDesk(app.db, total, customers);
const filled = performance.now() - filling;
const bytes = await bytesOf(app.db, test.dataDir);

const admin = await test.make.staff('administrator');
const [staff, program] = [await test.client('staff', admin), await test.program('staff', admin)];
const person = { id: (firstId + 60) * perCustomer.accounts };
const portal = await test.client('portal', person);
// A thread of thirty messages, and one of which the status changes.
const [thread, changing] = [firstRequest + 101, firstRequest + 1];
for (let n = 0; n < 27; n += 1)
  await app.db.run("INSERT INTO desk_messages (owner, owner_id, visibility, origin, text, at) VALUES ('request', ?, 'public', 'staff', ?, ?)", [
    thread,
    `${wordsByRank().join(' ')} ${n}`,
    new Date(),
  ]);

/** Milliseconds of CPU that MariaDB took for this connection, if it counts them (`SET GLOBAL userstat = 1`). */
async function serverCpu(): Promise<number> {
  if (app.db.dialect === 'sqlite') return 0;
  const [row] = await app.db.query<{ Value: string }>("SHOW SESSION STATUS LIKE 'Cpu_time'");
  return Number(row?.Value ?? 0) * 1_000;
}

/** Milliseconds, and those of CPU, of searches of all sorts: common and rare words, pairs, beginnings, numbers, notes. */
async function searchTimes(): Promise<Record<string, SearchTimes>> {
  const search = app.container.resolve<Search>(SEARCH as never);
  const ranked = wordsByRank();
  const pairs = ranked.map((word, n) => `${word} ${ranked[(n * 7 + 3) % ranked.length]}`);
  const numbers = Array.from({ length: 10 }, (_, n) => String(100_000 + firstRequest + Math.floor((n * total) / 10)));
  const queries = [
    ...ranked,
    ...pairs,
    ...ranked.map((word) => word.slice(0, 3)),
    ...numbers,
    ...numbers.map((one) => `ref${Number(one) - 100_000}`),
    'nowhere',
  ];
  const manager = accountActor(await test.make.localStaff(['desk.request.read', 'desk.request.manage'], someCustomers(200)));
  const actors: Record<string, Actor> = {
    'all customers': accountActor(admin),
    '200 of the customers': manager,
    'a customer': accountActor((await app.accounts.get(person.id))!),
  };
  const times: Record<string, SearchTimes> = {};
  for (const [name, actor] of Object.entries(actors)) {
    const taken: { q: string; ms: number; cpu: number }[] = [];
    for (let round = 0; round < 3; round += 1)
      for (const q of queries) {
        await app.db.transaction(async () => {
          const [start, before, server] = [performance.now(), process.cpuUsage(), await serverCpu()];
          await search.find(actor, { q, site: actor.kind === 'customer' ? 'portal' : 'staff', limit: 25 }, 'desk.request');
          const ms = performance.now() - start;
          const { user, system: kernel } = process.cpuUsage(before);
          if (round > 0) taken.push({ q, ms, cpu: (user + kernel) / 1_000 + (await serverCpu()) - server });
        });
      }
    const at = (of: 'ms' | 'cpu', part: number): number => taken.map((one) => one[of]).sort((a, b) => a - b)[Math.floor((taken.length - 1) * part)]!;
    const { q, ms } = taken.toSorted((a, b) => b.ms - a.ms)[0]!;
    times[name] = { p50: at('ms', 0.5), p95: at('ms', 0.95), cpu50: at('cpu', 0.5), cpu95: at('cpu', 0.95), most: `${Math.round(ms)} ms for "${q}"` };
  }
  return times;
}
const someCustomers = (count: number): { id: number }[] => Array.from({ length: count }, (_, n) => ({ id: firstId + n * 3 }));

/** The numbers beside ten views, in µs of CPU. */
async function countersCost(): Promise<number> {
  const requests = app.service('desk', RequestService);
  const actor = accountActor(admin);
  const views: RequestFilter[] = [
    ...[{ solverId: admin.id }, { solverId: 'none' as const }, { due: 'soon' as const }, { due: 'overdue' as const }, {}].map((one) => ({
      open: true,
      ...one,
    })),
    ...[1, 2, 3, 4].map((priority) => ({ open: true, priority })),
    { mentionedId: admin.id },
  ];
  const before = process.cpuUsage();
  for (let round = 0; round < 10; round += 1) for (const view of views) await requests.count(actor, view);
  const { user, system: kernel } = process.cpuUsage(before);
  return (user + kernel) / 10;
}

process.send?.({
  staffUrl: test.staffUrl,
  portalUrl: test.portalUrl(),
  staffCookie: staff.cookieHeader,
  portalCookie: portal.cookieHeader,
  token: program.token,
  customerId: firstId + 60,
  thread,
  changing,
  total,
  filled,
  bytes,
  counters: await countersCost(),
  search: await searchTimes(),
  words: wordsByRank(),
});
serveUsage(() => test.close(), countWork(app));
