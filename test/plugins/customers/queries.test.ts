import { expect } from 'chai';
import { createTestApp, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

describe('Pages of the register ask the database little', function () {
  this.timeout(120_000);
  let t: TestApp;
  let agent: Client;
  let customer: { id: number };
  let asked: string[] = [];
  before(async () => {
    t = await createTestApp();
    const { db } = t.app;
    const query = db.query.bind(db);
    db.query = ((...args: Parameters<typeof query>) => {
      asked.push(args[0]);
      return query(...args);
    }) as typeof db.query;
    db.sequelize.addHook('beforeQuery', () => void asked.push('by a model'));
    customer = await t.make.customer();
    agent = await t.client('staff', await t.make.staff('administrator'));
  });
  after(() => t.close());

  /** Timers ask now and then, too: the least of some is what the page itself asks. */
  async function queriesOf(path: string): Promise<string[]> {
    const all: string[][] = [];
    for (let i = 0; i < 8; i += 1) {
      asked = [];
      expect((await agent.get(path)).status, path).to.equal(200);
      all.push(asked);
    }
    return all.reduce((least, one) => (one.length < least.length ? one : least));
  }
  const grow = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      const place = await t.make.installation(customer.id);
      await t.make.access(customer.id, i % 2 === 0 ? {} : { installations: [place.id] });
      await t.make.customer();
    }
  };

  it('DX-04, DX-10: the overview, a customer and its authorisations take at most a dozen queries, however much there is to show', async () => {
    const pages = ['/customers', '/customers/picker?q=customer', `/customers/${customer.id}`, `/customers/${customer.id}/accesses`, '/customers/accounts'];
    await grow(2);
    const few: number[] = [];
    for (const path of pages) few.push((await queriesOf(path)).length);
    await grow(10);
    for (const [index, path] of pages.entries()) {
      const queries = await queriesOf(path);
      expect(queries.length, `${path}:\n${queries.join('\n')}`).to.be.at.most(12);
      expect(queries.length, `${path} asks as often for many rows as for few:\n${queries.join('\n')}`).to.equal(few[index]);
      expect(queries, path).not.to.include('by a model');
    }
  });

  it('DX-10: the authorisations read the row of the customer once', async () => {
    const whole = (sql: string) => sql.startsWith('SELECT * FROM customers_customers');
    expect((await queriesOf(`/customers/${customer.id}/accesses`)).filter(whole)).to.have.length(1);
  });

  it('DX-11: the page of an access reads it once', async () => {
    const { accessId } = await t.make.access(customer.id);
    const asked = await queriesOf(`/customers/${customer.id}/accesses/${accessId}`);
    expect(asked.filter((sql) => sql.startsWith('SELECT * FROM customers_accesses'))).to.have.length(1);
    expect(asked.length, asked.join('\n')).to.be.at.most(8);
  });

  it('the newest registration link is looked up only for states that depend on it', async () => {
    const links = async (state: string) =>
      (await queriesOf(`/customers/${customer.id}/accesses?state=${state}`)).filter((sql) => sql.includes('JOIN core_invitations')).length;
    expect(await links('')).to.equal(0);
    expect(await links('disabled')).to.equal(0);
    expect(await links('invited')).to.equal(1);
  });
});
