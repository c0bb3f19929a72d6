import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { ForbiddenError, type Actor } from '../../../core/api.js';
import { rowInput } from '../../../plugins/customers/api.js';
import { OrderRowService, OrderService } from '../../../plugins/desk/api.js';
import { articleInput } from '../../../plugins/desk/inputs.js';
import { ArticleImportRuns, ArticleImports } from '../../../plugins/desk/orders/article-import.js';
import { ArticleService } from '../../../plugins/desk/orders/article-service.js';
import { eventually } from '../../support/eventually.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

describe('the catalog of articles', () => {
  let t: TestApp;
  let articles: ArticleService;
  let admin: Actor;
  let client: Client;
  before(async () => {
    t = await createTestApp();
    articles = t.app.service('desk', ArticleService);
    const account = await t.make.staff('administrator');
    admin = accountActor(account);
    client = await t.client('staff', account);
  });
  after(() => t.close());

  const article = (number: string, more: object = {}) =>
    articles.create(
      admin,
      articleInput.parse({ number, text: `Article ${number}`, unit: 'pcs', sales_price: 12_500, purchase_price: 8_000, vat: 2500, active: true, ...more }),
    );
  const order = async () => {
    const customer = await t.make.customer();
    const plan = { technician_id: null, planned_start: null, planned_end: null };
    return t.app.service('desk', OrderService).create(system, { customer_id: customer.id, installation_id: null, title: 'Pump', ...plan });
  };

  it('adds, changes, deactivates with undo and finds articles; a number stands once, whatever its case', async () => {
    const values = {
      number: 'Pump-7',
      text: 'Circulation pump',
      unit: 'pcs',
      purchase_price: '1,000.00',
      sales_price: '1,250.50',
      vat: '25 %',
      active: 'true',
    };
    expect((await client.post('/catalog/new', values)).location).to.equal('/catalog');
    const [made] = (await articles.list(admin, { q: 'circul' })).rows;
    expect(made).to.include({ number: 'Pump-7', sales_price: 125_050, purchase_price: 100_000, vat: 2500, active: true });
    expect((await client.post('/catalog/new', { ...values, number: 'PUMP-7 ' })).text).to.include('Another article has this number.');
    const wrong = await client.post('/catalog/new', { ...values, number: 'x', vat: '101', sales_price: 'a lot' });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.include('percentage from 0 to 100').and.include('at most two decimals').and.include('value="a lot"');
    const path = `/catalog/articles/${made!.id}`;
    expect((await client.get(path)).text).to.include('value="1250.50"');
    await client.post(path, { ...values, sales_price: '1300' });
    expect((await articles.get(admin, made!.id)).sales_price).to.equal(130_000);
    await client.post(`${path}/deactivate`);
    const list = await client.get('/catalog?q=circulation');
    expect(list.text).to.include(`${path}/activate`).and.not.include('Circulation pump');
    expect((await client.get('/catalog?state=inactive')).text).to.include('Circulation pump');
    await client.post(`${path}/activate`);
    expect((await client.get('/catalog')).text).to.include('Circulation pump');
  });

  it('is read by whoever processes orders, changed with its own right only, and shows purchase prices to those who may see them', async () => {
    const made = await article('Secret-1', { purchase_price: 43_210 });
    const agent = await t.client('staff', await t.make.staff('agent'));
    expect((await agent.get('/catalog?q=secret')).text)
      .to.include('Article Secret-1')
      .and.include('€432.10');
    expect([(await agent.get('/catalog/new')).status, (await agent.post(`/catalog/articles/${made.id}/deactivate`)).status]).to.deep.equal([403, 403]);
    const customer = await t.make.customer();
    const blind = await t.make.localStaff(['customers.customer.read', 'desk.order.read', 'desk.order.manage'], [customer]);
    const local = await t.client('staff', blind);
    expect((await local.get('/catalog?q=secret')).text)
      .to.include('Article Secret-1')
      .and.not.include('432.10');
    expect((await local.get('/catalog/export.csv?q=secret')).text)
      .to.include('Secret-1')
      .and.not.include('432.10');
    expect((await local.api('GET', `/desk/articles/${made.id}`)).json()).to.not.have.property('purchasePrice');
    // Who cannot see it leaves it as it is.
    await articles.update(admin, made.id, articleInput.parse({ number: 'Secret-1', text: 'Renamed', active: true }));
    expect(await articles.get(admin, made.id)).to.include({ text: 'Renamed', purchase_price: 43_210 });
    const error = await articles.create(accountActor(blind), articleInput.parse({ number: 'n', text: 't', active: true })).catch((failure: unknown) => failure);
    expect(error).to.be.instanceOf(ForbiddenError);
  });

  it('fills the row of an order with the article that is picked; the row keeps what it took over', async () => {
    const made = await article('Seal-9', { text: 'Shaft seal', unit: 'm', sales_price: 4_550, purchase_price: 1_000, vat: 1200 });
    const one = await order();
    const page = await client.get(`/orders/${one.id}/rows/new?pick=shaft`);
    expect(page.text).to.include(`/orders/${one.id}/rows/new?article=${made.id}#rows`);
    const filled = (await client.get(`/orders/${one.id}/rows/new?article=${made.id}`)).text;
    for (const value of ['value="Shaft seal"', 'value="Seal-9"', 'value="45.50"', 'value="10.00"', 'value="12"', 'value="m"']) expect(filled).to.include(value);
    await client.post(`/orders/${one.id}/rows/new`, { text: 'Shaft seal', article: 'Seal-9', quantity: '2', sales_price: '45.50', discount: '10', vat: '12' });
    await articles.setActive(admin, made.id, false);
    expect((await client.get(`/orders/${one.id}/rows/new?pick=shaft`)).text).to.not.include(`article=${made.id}`);
    const sheet = await t.app.service('desk', OrderRowService).sheet(admin, one.id);
    expect(sheet.rows[0]).to.include({ article: 'Seal-9', discount: 1000, sales_amount: 8_190 });
    expect(sheet).to.deep.include({ sales_total: 8_190, vat: [{ rate: 1200, net: 8_190, vat: 983 }], vat_total: 983, total: 9_173 });
    expect((await client.get(`/orders/${one.id}`)).text)
      .to.include('€91.73')
      .and.include('10%');
  });

  it('CM-02: the value of an order follows its rows, and is what its sheet says', async () => {
    const one = await order();
    const rows = t.app.service('desk', OrderRowService);
    const id = await rows.add(admin, one.id, rowInput.parse({ text: 'a', quantity: 1500, sales_price: 999, purchase_price: 333, discount: 500 }));
    const value = async () =>
      (await t.app.db.query<{ value: number; purchase_value: number }>('SELECT value, purchase_value FROM desk_orders WHERE id = ?', [one.id]))[0]!;
    expect([Number((await value()).value), Number((await value()).purchase_value)]).to.deep.equal([1424, 500]);
    await rows.update(admin, one.id, id, rowInput.parse({ text: 'a', quantity: 3000, sales_price: 100 }));
    expect(Number((await value()).value)).to.equal(285);
    await rows.remove(admin, one.id, id);
    expect(Number((await value()).value)).to.equal(0);
    await rows.restore(admin, one.id, id);
    expect(Number((await value()).value)).to.equal(285);
    const much = await rows
      .add(admin, one.id, rowInput.parse({ text: 'b', quantity: 2_147_483_647, sales_price: 2_147_483_647 }))
      .catch((error: { fields: object }) => error.fields);
    expect(much).to.have.property('quantity');
  });

  it('imports a file with a dry run, in which nothing is written, and puts everything back that nobody changed since', async () => {
    const kept = await article('Imp-1', { text: 'Old text', sales_price: 100, purchase_price: 50 });
    const imports = t.app.service('desk', ArticleImports);
    const csv =
      'Artikelnummer;Artikel;Einheit;Einkaufspreis;Preis;MwSt.;Aktiv\nIMP-1;New text;;;1.234,50;;\nImp-2;Second;h;10;20,5;25;1\nImp-3;Third;;;viel;;\nImp-2;Twice;;;;;\n;No number;;;;;\n';
    const uploaded = await client.upload('/catalog/import', {}, [{ field: 'file', name: 'articles.csv', content: csv }]);
    const id = Number(uploaded.location!.split('/').at(-1));
    const mapping = JSON.parse((await imports.get(admin, id)).mapping) as string[];
    expect(mapping).to.deep.equal(['number', 'text', 'unit', 'purchase_price', 'sales_price', 'vat', 'active']);
    await client.post(`/catalog/import/${id}/check`, Object.fromEntries(mapping.map((field, index) => [`column-${index}`, field])));
    await eventually(async () => (await imports.get(admin, id)).status === 'checked', 'checked');
    const { lines } = await imports.lines(admin, id);
    expect(lines.map((line) => line.verdict)).to.deep.equal(['change', 'create', 'refuse', 'refuse', 'refuse']);
    expect((await articles.get(admin, kept.id)).text).to.equal('Old text');
    expect((await client.get(`/catalog/import/${id}?show=refuse`)).text)
      .to.include('at most two decimals')
      .and.include('Keep one of them');

    await client.post(`/catalog/import/${id}/run`);
    await eventually(async () => (await imports.get(admin, id)).status === 'done', 'done');
    expect(await articles.get(admin, kept.id)).to.include({ text: 'New text', sales_price: 123_450, purchase_price: 50, number: 'IMP-1' });
    const [second] = (await articles.list(admin, { q: 'second' })).rows;
    expect(second).to.include({ number: 'Imp-2', sales_price: 2_050, purchase_price: 1_000, vat: 2500, active: true });

    await articles.update(admin, second!.id, articleInput.parse({ ...second, text: 'Second, changed' }));
    await client.post(`/catalog/import/${id}/undo`);
    await eventually(async () => (await imports.get(admin, id)).status === 'undone', 'undone');
    expect(await articles.get(admin, kept.id)).to.include({ text: 'Old text', sales_price: 100, number: 'Imp-1' });
    expect((await articles.get(admin, second!.id)).text).to.equal('Second, changed');
    expect((await imports.counts(admin, id)).kept).to.equal(1);
    // An import of articles is none of customers.
    expect((await client.get(`/customers/import/${id}`)).status).to.equal(404);
    expect((await client.get('/customers/import')).text).to.not.include('articles.csv');
    expect(t.app.service('desk', ArticleImportRuns)).to.be.an('object');
  });

  it('exports what a filter shows as CSV that comes back in unchanged', async () => {
    await article('Out-1', { text: '=1+1', sales_price: 199, purchase_price: null, vat: 1250 });
    const csv = (await client.get('/catalog/export.csv?q=Out-1')).text;
    expect(csv).to.include("Out-1,'=1+1,pcs,,1.99,12.5,1");
    const sent = await client.api('POST', '/desk/article-imports', { fileName: 'a.csv', csv: csv.replace("'=1+1", '=1+1') });
    expect(sent.status).to.equal(202);
    await t.app.jobs.idle();
    const { id } = sent.json() as { id: number };
    const { items } = (await client.api('GET', `/desk/article-imports/${id}/lines`)).json() as { items: { verdict: string; articleId: number }[] };
    expect(items.map((one) => one.verdict)).to.deep.equal(['same']);
  });
});
