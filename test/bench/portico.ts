import { loadDemo } from '../../plugins/demo/loader.js';
import { serveUsage } from './load.js';
import { createTestApp } from '../support/app.js';

/** A Portico with sample data, measured by the parent process: tells its addresses and cookies, then its CPU time when asked. */
const orders = Number(process.argv[2] ?? 10_000);
const test = await createTestApp();
const { app } = test;
await loadDemo(app, { orders });
const agent = await test.make.staff('administrator');
const customer = await test.make.customer('Bench AB');
const place = await test.make.installation(customer.id);
const person = await test.make.access(customer.id);
const [staff, portal] = [await test.client('staff', agent), await test.client('portal', person)];
const [{ id: orderId }] = (await app.db.query<{ id: number }>('SELECT MAX(id) AS id FROM desk_orders')) as [{ id: number }];

const toggles: number[] = [];
for (let i = 0; i < 5; i += 1) {
  for (const on of [false, true]) {
    const start = performance.now();
    await app.host.setEnabled('portal', on);
    toggles.push(performance.now() - start);
  }
}
toggles.sort((a, b) => a - b);
process.send?.({
  staffUrl: test.staffUrl,
  portalUrl: test.portalUrl(),
  staffCookie: staff.cookieHeader,
  portalCookie: portal.cookieHeader,
  portalCsrf: portal.csrf,
  orderId,
  placeId: place.id,
  toggle: toggles[Math.floor(toggles.length / 2)],
});
serveUsage(() => test.close());
