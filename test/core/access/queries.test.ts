import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Actor } from '../../../core/access/types.js';
import { AccessDirectory, InstallationService } from '../../../plugins/customers/api.js';
import { OrderService } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';

describe('Rights cost no queries', function () {
  this.timeout(60_000);
  let t: TestApp;
  let customer: { id: number };
  let actors: Actor[];
  let asked = 0;
  before(async () => {
    t = await createTestApp();
    const { app } = t;
    const query = app.db.query.bind(app.db);
    app.db.query = ((...args: Parameters<typeof query>) => {
      asked += 1;
      return query(...args);
    }) as typeof app.db.query;
    app.db.sequelize.addHook('beforeQuery', () => void (asked += 1));
    customer = await t.make.customer();
    const limited = await t.make.installation(customer.id);
    actors = [
      accountActor(await t.make.staff('agent')),
      accountActor(await t.make.access(customer.id)),
      accountActor(await t.make.access(customer.id, { installations: [limited.id] })),
    ];
  });
  after(() => t.close());
  const counted = async (work: () => Promise<unknown>): Promise<number> => {
    // Timers ask now and then, too: the least of three is what the work itself asks.
    const counts: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const before = asked;
      await work();
      counts.push(asked - before);
    }
    return Math.min(...counts);
  };

  it('after the first question of an account, can(), scope() and explain() ask the database nothing', async () => {
    const { access } = t.app;
    for (const actor of actors) {
      const before = asked;
      await access.can(actor, 'desk.order.read');
      expect(asked - before).to.be.greaterThan(0);
      const more = async () => {
        for (let id = 1; id <= 200; id += 1) await access.can(actor, 'desk.order.read', { customer: customer.id, installation: id });
        (await access.scope(actor, 'desk.work.read')).sql({ customer: 'customer_id' });
        await access.explain(actor.account!, 'desk.request.read', { customer: customer.id });
        await access.held(actor);
      };
      expect(await counted(more)).to.equal(0);
    }
  });

  it('a list within the scope takes as many queries for forty rows as for four', async () => {
    const { app } = t;
    const orders = app.service('desk', OrderService);
    const places = app.service('customers', InstallationService);
    const directory = app.service('customers', AccessDirectory);
    const plan = { technician_id: null, planned_start: null, planned_end: null };
    const grow = async (count: number) => {
      for (let i = 0; i < count; i += 1) {
        const place = await t.make.installation(customer.id);
        await orders.create(system, { customer_id: customer.id, installation_id: place.id, title: 'Check', ...plan });
      }
      for (const actor of actors) await app.access.can(actor, 'desk.order.read');
    };
    const costs = async () => {
      const all: number[] = [];
      for (const actor of actors)
        for (const list of [
          () => orders.list(actor, { limit: 100 }),
          () => orders.countOpen(actor),
          () => places.list(actor),
          () => directory.customersInReach(actor),
          () => directory.installations(actor, 'desk.request.create'),
        ])
          all.push(await counted(list));
      return all;
    };
    await grow(4);
    const few = await costs();
    await grow(36);
    expect(await costs()).to.deep.equal(few);
    expect(Math.max(...few)).to.be.at.most(3);
    expect((await orders.list(actors[0]!, { limit: 100 })).rows).to.have.length(40);
  });
});
