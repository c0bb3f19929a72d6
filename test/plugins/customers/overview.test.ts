import 'reflect-metadata';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { accountActor } from '../../../core/access/actors.js';
import type { Actor } from '../../../core/api.js';
import { CustomerService, customerInput } from '../../../plugins/customers/api.js';
import { contrast, readable, surfaces } from '../../../plugins/customers/register/brand-color.js';
import type { CustomerFilter } from '../../../plugins/customers/types.js';
import { createTestApp, type TestApp } from '../../support/app.js';
import { valuesOf, type Client } from '../../support/client.js';

describe('customer overview and customer pages', () => {
  let t: TestApp;
  let agent: Actor;
  let client: Client;
  let customers: CustomerService;
  const made: Record<string, { id: number; number: number }> = {};
  const add = async (name: string, more: object = {}) =>
    (made[name] = await customers.create(
      agent,
      customerInput.parse({ kind: 'company', name, contact_person: 'Anna', email: `info@${name.replace(/[^a-z]/gi, '').slice(0, 4)}.test`, ...more }),
    ));
  before(async () => {
    t = await createTestApp();
    const account = await t.make.staff('administrator');
    agent = accountActor(account);
    client = await t.client('staff', account);
    customers = t.app.service('customers', CustomerService);
    await add('Älvan Skola', { city: 'Malmö', country: 'SE', categories: 'School, VIP', account_manager_id: account.id });
    await add('Birka Hiss', { city: 'malmo', country: 'SE' });
    await add('Cedar GmbH', { city: 'Köln', country: 'DE', categories: 'vip' });
    await add('=Danger AB', { city: 'Lund' });
    made['Zoë'] = await customers.create(
      agent,
      customerInput.parse({ kind: 'person', first_name: 'Zoë', last_name: 'Ek', email: 'zoe@ek.test', birth_date: '1980-02-29' }),
    );
    await t.make.access(made['Birka Hiss']!.id);
  });
  after(() => t.close());

  const names = async (filter: CustomerFilter) => (await customers.list(agent, filter)).rows.map((row) => row.name);

  it('DX-04: filters by city, country, category, kind, reference and missing access', async () => {
    expect(await names({ city: 'MALMÖ' })).to.deep.equal(['Älvan Skola', 'Birka Hiss']);
    expect(await names({ country: 'DE' })).to.deep.equal(['Cedar GmbH']);
    expect(await names({ category: 'VIP' })).to.deep.equal(['Älvan Skola', 'Cedar GmbH']);
    expect(await names({ kind: 'person' })).to.deep.equal(['Zoë Ek']);
    expect(await names({ managerId: agent.account!.id })).to.deep.equal(['Älvan Skola']);
    expect(await names({ withoutAccess: true, status: 'active' })).to.have.members(['=Danger AB', 'Älvan Skola', 'Cedar GmbH', 'Zoë Ek']);
    expect(await names({ q: 'school', city: 'Malmö' })).to.deep.equal(['Älvan Skola']);
  });

  it('DX-04: goes through every order page by page, forwards and back again, and shows the same', async () => {
    for (const sort of ['name', '-name', 'number', '-number', 'newest', 'oldest'] as const) {
      const all = await names({ sort });
      const forwards: string[][] = [];
      let page = await customers.list(agent, { sort, limit: 2 });
      expect(page.previous).to.equal(null);
      for (;;) {
        forwards.push(page.rows.map((row) => row.name));
        if (!page.next) break;
        page = await customers.list(agent, { sort, limit: 2, after: page.next });
      }
      expect(forwards.flat(), sort).to.deep.equal(all);
      const back: string[][] = [];
      while (page.previous) {
        page = await customers.list(agent, { sort, limit: 2, before: page.previous });
        back.unshift(page.rows.map((row) => row.name));
      }
      expect(back, sort).to.deep.equal(forwards.slice(0, -1));
    }
  });

  it('DX-04: exports exactly what the filter shows, and no cell is a formula', async () => {
    const answer = await client.get('/customers/export.csv?city=Lund');
    const [headings, row, ...more] = parse(answer.text, { bom: true }) as string[][];
    expect(headings).to.include.members(['Company name', 'E-mail', 'Our reference']);
    expect(row![2]).to.equal("'=Danger AB");
    expect(more).to.deep.equal([]);
  });

  it('DX-04: keeps filters as views with an address of their own; shared ones are for colleagues, own ones for nobody else', async () => {
    const saved = await client.post('/customers/views', { name: 'Malmö', query: 'city=Malm%C3%B6&evil=1', is_default: 'true' });
    expect((await client.get(saved.location!)).text)
      .to.contain('Birka Hiss')
      .and.not.contain('Cedar');
    expect((await client.get('/customers')).location).to.equal(saved.location);
    expect((await client.get('/customers?all=1')).text).to.contain('Cedar');
    const colleague = await t.client('staff', await t.make.staff('agent'));
    expect((await colleague.get(saved.location!)).status).to.equal(404);
    await client.post(saved.location!, { name: 'South', shared: 'true' });
    expect((await colleague.get('/customers')).text).to.contain('South');
    expect((await colleague.get(saved.location!)).status).to.equal(200);
    expect((await colleague.post(`${saved.location}/delete`)).status).to.equal(404);
    expect((await client.post(`${saved.location}/delete`)).status).to.equal(303);
    expect((await client.get('/customers')).status).to.equal(200);
  });

  it('DX-08: picks a customer for other pages, as JSON and as a fragment, within reach', async () => {
    const found = (await client.get('/customers/picker?q=birk', { accept: 'application/json' })).json() as { customers: { name: string }[] };
    expect(found.customers.map((one) => one.name)).to.deep.equal(['Birka Hiss']);
    expect((await client.get('/customers/picker?q=birk', { accept: 'text/html', 'hx-request': 'true' })).text).to.contain('type="radio"');
  });

  it('DX-03: says that a customer may be there already, keeps what was typed, and adds it when told so', async () => {
    await client.get('/customers/new?kind=company');
    const input = { kind: 'company', name: 'Birka Hiss Nord', contact_person: 'Bo', email: 'bo@birk.test', city: 'Umeå' };
    const warned = await client.post('/customers/new', input);
    expect(warned.status).to.equal(422);
    expect(warned.text).to.contain('Birka Hiss Nord').and.contain(`/customers/${made['Birka Hiss']!.id}`);
    expect((await client.post('/customers/new', { ...input, anyway: '1' })).status).to.equal(303);
  });

  it('DX-01: two people edit at once: the second sees both and loses nothing', async () => {
    const path = `/customers/${made['Cedar GmbH']!.id}`;
    const formOf = (text: string) => valuesOf(text.slice(text.indexOf(`action="${path}"`)).split('</form>')[0]!);
    const form = formOf((await client.get(path)).text);
    await client.post(path, { ...form, city: 'Bonn' });
    const second = await client.post(path, { ...form, city: 'Aachen' });
    expect(second.status).to.equal(422);
    expect(second.text).to.contain('Bonn').and.contain('value="Aachen"');
    expect((await customers.get(agent, made['Cedar GmbH']!.id)).city).to.equal('Bonn');
    await client.post(path, formOf(second.text));
    expect((await customers.get(agent, made['Cedar GmbH']!.id)).city).to.equal('Aachen');
  });

  it('DX-08: lists what was done about a customer, filters it, and exports it; nothing of others', async () => {
    const path = `/customers/${made['Cedar GmbH']!.id}/activity`;
    const page = await client.get(path);
    expect(page.text).to.contain('Customer added').and.contain('<del>Bonn</del>');
    expect((await client.get(`${path}?action=customers.customer.created`)).text).to.not.contain('Bonn');
    const rows = parse((await client.get(`${path}.csv`)).text, { bom: true, columns: true }) as Record<string, string>[];
    expect(rows.map((row) => row['What'])).to.deep.equal(['Customer changed', 'Customer changed', 'Customer added']);
  });

  it('DX-01: never saves a color that cannot be read: tells the contrast and a readable one', async () => {
    const id = made['Cedar GmbH']!.id;
    const path = `/customers/${id}/branding`;
    await client.get(path);
    const refused = await client.post(path, { light: '#ffee00', dark: '#3fd0bf' });
    expect(refused.status).to.equal(422);
    const derived = readable('#ffee00', surfaces.light);
    expect(refused.text).to.contain('1.2:1').and.contain(derived);
    expect(contrast(derived, surfaces.light)).to.be.within(4.5, 4.9);
    expect((await customers.get(agent, id)).brand_light).to.equal(null);
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    expect(
      (await client.upload(path, { light: derived, dark: '#3fd0bf' }, [{ field: 'logo', name: 'logo.png', content: new Uint8Array(png) }])).status,
    ).to.equal(303);
    const row = await customers.get(agent, id);
    expect(row).to.include({ brand_light: derived, brand_dark: '#3fd0bf' });
    expect((await client.get(`/files/${row.logo}`)).headers.get('content-type')).to.equal('image/png');
    const stranger = await t.client('portal', await t.make.access(made['Birka Hiss']!.id));
    expect((await stranger.get(`/files/${row.logo}`)).status).to.equal(404);
  });

  it('tabs of other modules are there and gone with their right', async () => {
    const path = `/customers/${made['Cedar GmbH']!.id}/tabs`;
    expect((await client.get(`${path}/orders`)).status).to.equal(200);
    expect((await client.get(`${path}/nothing`)).status).to.equal(404);
  });

  it('costs one walk along an index, whatever the order or filter', async () => {
    const { db } = t.app;
    const explain = async (where: string, order: string) =>
      JSON.stringify(
        await db.query(
          `EXPLAIN ${db.dialect === 'sqlite' ? 'QUERY PLAN ' : ''}SELECT c.id FROM customers_customers c WHERE ${where} ORDER BY ${order} LIMIT 26`,
        ),
      );
    for (const [where, order] of [
      ['1=1', 'c.name_key, c.id'],
      ["c.status = 'active'", 'c.name_key DESC, c.id DESC'],
      ['c.account_manager_id = 1', 'c.name_key, c.id'],
      ["c.city_key = 'lund'", 'c.name_key, c.id'],
      ["c.country = 'SE'", 'c.name_key, c.id'],
      ["c.kind = 'person'", 'c.name_key, c.id'],
      ['c.access_count = 0', 'c.name_key DESC, c.id DESC'],
      ['c.access_count = 0', 'c.number'],
      ['1=1', 'c.number'],
      ['1=1', 'c.id DESC'],
    ] as const)
      expect(await explain(where, order), `${where} ${order}`).to.not.match(/TEMP B-TREE|filesort/);
  });
});
