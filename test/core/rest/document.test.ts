import { Ajv2020 } from '@redocly/ajv/dist/2020.js';
import { expect } from 'chai';
import { documentOf } from '../../../core/rest/docs.js';
import type { Client } from '../../support/client.js';
import { createWorld, type World } from '../../matrix/world.js';
import { rows } from '../../matrix/rows/index.js';

type Site = 'staff' | 'portal';

describe('the OpenAPI document', function () {
  this.timeout(120_000);
  let world: World;
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ } });
  const clients = {} as Record<Site, Client>;
  const account = (name: string) => world.who.find((who) => who.name === name)!.account!;
  before(async () => {
    world = await createWorld();
    clients.staff = await world.t.program('staff', account('administrator'));
    clients.portal = await world.t.program('portal', account('all options at A'));
  });
  after(() => world.t.close());
  const parts = () => ({
    routes: () => world.t.app.slots.routes,
    url: () => 'http://localhost',
    company: () => 'Matrix Service',
    translator: world.t.app.translator,
  });

  it('describes real answers of every GET operation, with no field too many', async () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const site of ['staff', 'portal'] as const) {
      const { paths } = documentOf(parts(), site);
      for (const route of world.t.app.slots.routes.filter((one) => one.site === site && one.kind === 'api' && one.method === 'get')) {
        const key = `${site} get ${route.path}`;
        const row = rows[key];
        const thing = row?.thing ? world.things[row.thing]?.own : '';
        if (!row || thing === undefined || route.operation?.content) continue;
        // A program cannot confirm who it is: what asks for that is for people.
        const asking = route.guard.stepUp ? await world.t.client(site, account('administrator')) : clients[site];
        const answer = await asking.get(row.path(thing));
        const described = paths[route.path.replace('/api/v1', '').replace(/:(\w+)/g, '{$1}')]?.['get'];
        const success = described?.responses['200'] as { content: Record<string, { schema: object }> } | undefined;
        const schema = success?.content['application/json']?.schema;
        checked += 1;
        if (answer.status !== 200 || !schema) wrong.push(`${key}: ${answer.status}`);
        else if (!ajv.validate(schema, answer.json())) wrong.push(`${key}: ${ajv.errorsText()}`);
      }
    }
    console.log(`      document: ${checked} GET operations validated`);
    expect(wrong).to.deep.equal([]);
    expect(checked).to.be.greaterThan(20);
  });

  it('shows what the reader may do: an operation that needs a right is absent without it', async () => {
    const paths = async (client: Client) => ((await client.api('GET', '/openapi.json')).json() as { paths: object }).paths;
    expect(await paths(clients.staff)).to.include.keys('/me', '/customers', '/settings/{key}', '/audit');
    expect(await paths(clients.portal))
      .to.include.keys('/me', '/installations', '/desk/requests')
      .and.not.to.include.keys('/customers', '/settings/{key}', '/audit');
    const agent = await world.t.program('staff', world.who.find(({ name }) => name === 'agent')!.account!);
    expect(await paths(agent))
      .to.include.keys('/customers')
      .and.not.to.include.keys('/settings');
  });

  it('has a page, by which each operation is found, read and tried', async () => {
    const admin = await world.t.client('staff', world.who.find(({ name }) => name === 'administrator')!.account!);
    const list = await admin.get('/api/docs');
    expect(list.text).to.include('/api/docs/getCustomersId').and.to.include('One customer');
    const found = await admin.get('/api/docs?q=report+fault');
    expect(found.text).to.include('/desk/requests').and.not.to.include('/settings/{key}');
    const one = await admin.get('/api/docs/postDeskRequests');
    for (const part of ['desk.request.create', 'installationId', 'Idempotency-Key', '-X POST', 'Report a fault', '422']) expect(one.text).to.include(part);
    expect((await admin.get('/api/docs/nothing')).status).to.equal(404);
    const customer = await world.t.client('portal', world.who.find(({ name }) => name === 'customer A')!.account!);
    expect((await customer.get('/api/docs/getCustomersId')).status).to.equal(404);
    expect((await (await world.t.client('staff')).get('/api/docs')).location).to.match(/^\/sign-in/);
  });
});
