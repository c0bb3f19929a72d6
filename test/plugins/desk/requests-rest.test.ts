import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { RequestService, reportInput } from '../../../plugins/desk/api.js';
import { createTestApp, type TestApp } from '../../support/app.js';

describe('requests over REST and in the portal', () => {
  let t: TestApp;
  before(async () => void (t = await createTestApp()));
  after(() => t.close());

  /** A customer with a person, an agent, and a request of that person. */
  async function world() {
    const customer = await t.make.customer();
    const [person, agent] = [await t.make.access(customer.id), await t.make.staff()];
    const requests = t.app.service('desk', RequestService);
    const request = await requests.report(accountActor(person), reportInput.parse({ customer_id: customer.id, text: 'It drips' }));
    const [staff, portal, program] = [await t.client('staff', agent), await t.client('portal', person), await t.program('staff', agent)];
    return { customer, person, agent, requests, request, staff, portal, program };
  }
  const json = (answer: { text: string }) => JSON.parse(answer.text) as Record<string, never> & Record<string, unknown>;

  it('are filed, found, changed, tagged, linked, watched, merged and answered by a program of staff', async () => {
    const { customer, person, agent, request, program } = await world();
    const made = await program.api('POST', '/desk/requests', { customerId: customer.id, type: 'supplies', text: 'Toner', reporterId: person.id, priority: 2 });
    expect(made.status, made.text).to.equal(201);
    const id = Number(json(made)['id']);
    const path = `/desk/requests/${id}`;
    const got = json(await program.api('GET', path));
    expect(got).to.include({ type: 'supplies', priority: 2, reporter: person.name, origin: 'api', version: 1 });
    expect(json(await program.api('PATCH', path, { status: 'accepted', solverId: agent.id, version: 1 }))).to.deep.equal({ version: 2 });
    expect((await program.api('PATCH', path, { priority: 1, version: 1 })).status).to.equal(409);
    expect((await program.api('PATCH', path, { status: 'rejected' })).status).to.equal(422);
    expect(json(await program.api('PUT', `${path}/tags`, { tags: ['Toner', 'toner'] }))).to.deep.equal({ tags: ['toner'] });
    for (const [method, way, body] of [
      ['POST', 'watchers', { accountId: person.id }],
      ['POST', 'links', { otherId: request.id }],
      ['POST', 'merge', { intoId: request.id }],
    ] as const)
      expect((await program.api(method, `${path}/${way}`, body)).status, way).to.equal(204);
    const detail = json(await program.api('GET', path));
    expect(detail).to.deep.include({ status: 'closed', watchers: [{ id: person.id, name: person.name }] });
    expect(detail['mergedInto']).to.include({ id: request.id });
    for (const [method, way] of [
      ['POST', 'unmerge'],
      ['DELETE', `links/${request.id}`],
      ['DELETE', `watchers/${person.id}`],
    ] as const)
      expect((await program.api(method, `${path}/${way}`)).status, way).to.equal(204);
    expect(json(await program.api('GET', path))).to.deep.include({ status: 'accepted', links: [], watchers: [], mergedInto: null });
    const said = json(await program.api('POST', `${path}/messages`, { text: 'On its way' }));
    expect(said['heldUntil']).to.be.a('string');
    expect((json(await program.api('GET', `${path}/messages`))['items'] as object[])[0]).to.include({ text: 'On its way', staff: true, visibility: 'public' });
    const found = json(await program.api('GET', `/desk/requests?customer=${customer.id}&status=open&tag=TONER&sort=due`))['items'] as { id: number }[];
    expect(found.map((one) => one.id)).to.deep.equal([id]);
  });

  it('CM-01: a customer reads its requests without priorities, tags, watchers, links and notes, and changes none', async () => {
    const { request, staff, portal } = await world();
    const path = `/desk/requests/${request.id}`;
    await staff.api('PUT', `${path}/tags`, { tags: ['difficult'] });
    await staff.api('POST', `${path}/messages`, { text: 'He pays late', internal: true });
    const detail = json(await portal.api('GET', path));
    expect(detail).to.include({ id: request.id, text: 'It drips' });
    expect(detail).to.not.have.any.keys('tags', 'watchers', 'links', 'priority', 'importance');
    expect((await portal.api('GET', `${path}/messages`)).text).to.equal('{"items":[]}');
    expect((await portal.api('GET', '/desk/requests?tag=difficult')).text).to.equal((await portal.api('GET', '/desk/requests')).text);
    expect((await portal.api('POST', `${path}/messages`, { text: 'x', internal: true })).status).to.equal(403);
    expect((await portal.api('PATCH', path, { status: 'closed' })).status).to.equal(405);
  });

  it('the portal shows the conversation with its files, and takes answers with files', async () => {
    const { request, requests, staff, portal, person } = await world();
    const href = `/reports/${request.id}`;
    const page = await portal.get(href);
    expect(page.text).to.include('type="file"').and.include('enctype="multipart/form-data"');
    expect((await portal.upload(`${href}/messages`, { text: 'The *meter* says' }, [{ field: 'files', name: 'meter.txt', content: '4711' }])).status).to.equal(
      303,
    );
    const after = await portal.get(href);
    expect(after.text).to.include('<em>meter</em>').and.include('meter.txt');
    const [file] = (await requests.get(accountActor(person), request.id)).messages[0]?.files ?? [];
    expect((await portal.get(file?.href ?? '')).text).to.equal('4711');
    expect((await staff.get(`/desk/open/${request.id}`)).text).to.include('meter.txt');
  });

  it('who reported it says that it works again, and that it does not; nobody else does', async () => {
    const { request, requests, portal, customer, agent } = await world();
    const colleague = await t.client('portal', await t.make.access(customer.id));
    const href = `/reports/${request.id}`;
    expect((await portal.get(href)).text).to.include(`${href}/works`);
    expect((await colleague.get(href)).text).to.not.include(`${href}/works`);
    expect((await colleague.post(`${href}/works`)).status).to.equal(403);
    expect((await portal.post(`${href}/works`)).location).to.equal(href);
    const status = async () => (await requests.get(accountActor(agent), request.id)).status;
    expect(await status()).to.equal('solved');
    expect((await portal.get(href)).text)
      .to.include(`${href}/fails`)
      .and.not.include(`${href}/works`);
    expect((await portal.post(`${href}/fails`)).location).to.equal(href);
    expect(await status()).to.equal('accepted');
    expect((await portal.post(`${href}/fails`)).status).to.equal(409);
  });

  it('a request and its order are one conversation for those who see both', async () => {
    const { request, requests, portal, staff, agent } = await world();
    await portal.post(`/reports/${request.id}/messages`, { text: 'Said before' });
    await staff.get(`/desk/reports/${request.id}`);
    const made = await staff.post(`/desk/reports/${request.id}/order`, { title: 'Repair' });
    const order = made.location ?? '';
    expect((await portal.get(order)).text).to.include('Said before');
    await portal.post(`${order}/messages`, { text: 'Said after' });
    expect((await requests.get(accountActor(agent), request.id)).messages.map((one) => one.text)).to.deep.equal(['Said before', 'Said after']);
    expect((await staff.get(order)).text)
      .to.include('Said before')
      .and.include('Said after');
  });

  it('staff file a request in two steps: the customer, then the rest', async () => {
    const { customer, person, staff } = await world();
    expect((await staff.get(`/requests/new?q=${encodeURIComponent(customer.name)}`)).text).to.include(`/requests/new?customer=${customer.id}`);
    expect((await staff.get(`/requests/new?customer=${customer.id}`)).text)
      .to.include(person.name)
      .and.include('type="file"');
    const values = { customer_id: customer.id, type: 'question', reporter_id: person.id, text: 'How do I <print>?', urgency: '1', importance: '2' };
    const made = await staff.upload('/requests/new', values, [{ field: 'photos', name: 'note.txt', content: 'x' }]);
    expect(made.location).to.match(/^\/desk\/open\/\d+$/);
    expect((await staff.get(made.location ?? '')).text)
      .to.include('How do I &lt;print&gt;?')
      .and.include('note.txt')
      .and.include(person.name);
    expect((await staff.post('/requests/new', { ...values, text: '' })).status).to.equal(422);
  });
});
