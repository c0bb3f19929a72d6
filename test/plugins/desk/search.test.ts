import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { SEARCH, type Actor, type Search, type SearchGroup } from '../../../core/api.js';
import { AccessRegister, CustomerService, DeviceService, customerInput, deviceInput, rowInput } from '../../../plugins/customers/api.js';
import { MessageService, OrderRowService, OrderService, RequestService, orderInput, reportInput } from '../../../plugins/desk/api.js';
import { IndexKeeper } from '../../../plugins/desk/search/index-keeper.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

describe('search over requests, orders and the register', function () {
  this.timeout(60_000);
  let t: TestApp;
  let search: Search;
  let requests: RequestService;
  let orders: OrderService;
  let messages: MessageService;
  let agent: Actor;
  before(async () => {
    t = await createTestApp();
    search = t.app.container.resolve<Search>(SEARCH as never);
    requests = t.app.service('desk', RequestService);
    orders = t.app.service('desk', OrderService);
    messages = t.app.service('desk', MessageService);
    agent = accountActor(await t.make.staff('administrator'));
  });
  after(() => t.close());

  const report = (customer: number, subject: string, more: object = {}) =>
    requests.report(system, reportInput.parse({ customer_id: customer, subject, text: 'It is broken', ...more }));
  const siteOf = (actor: Actor) => (actor.kind === 'customer' ? 'portal' : 'staff');
  const groups = (actor: Actor, q: string, more: object = {}) => search.find(actor, { q, site: siteOf(actor), limit: 25, ...more });
  /** What was found, as `kind:id`. */
  const ids = (found: readonly SearchGroup[]) => found.flatMap(({ kind, hits }) => hits.map(({ id }) => `${kind.split('.')[1]}:${id}`));
  const found = async (actor: Actor, q: string, more: object = {}) => ids(await groups(actor, q, more));
  const counts = async (actor: Actor, q: string) => (await groups(actor, q)).map(({ count }) => count);

  it('finds a request by number, subject, text, customer, place and messages, without accents, as soon as it is said', async () => {
    const customer = await t.make.customer('Öresund Värme');
    const place = await t.make.installation(customer.id, 'Väla South', 'Helsingborg');
    const row = await report(customer.id, 'Ventilen läcker', { installation_id: place.id, text: 'Vattnet rinner nära Torget' });
    for (const q of [String(row.number), 'ventilen', 'lacker', 'TORGET', 'oresund', 'vala', 'helsing', 'ventilen torget oresund hels'])
      expect(await found(agent, q), q).to.include(`request:${row.id}`);
    expect(await found(agent, 'packning')).to.deep.equal([]);
    await messages.post(system, 'request', row.id, { text: 'En ny packning är beställd', internal: false });
    const [group] = await groups(agent, 'packning best');
    expect(group!.hits[0]!.snippet!.filter(({ mark }) => mark).map(({ text }) => text)).to.deep.equal(['packning', 'beställd']);
    expect(group!.hits[0]).to.deep.include({ id: row.id, title: 'Ventilen läcker', within: 'desk:search.message', href: `/desk/open/${row.id}` });
  });

  it('CM-01 internal notes are found by who manages the request, and by nobody else, in no number either', async () => {
    const [mine, others] = [await t.make.customer(), await t.make.customer()];
    const [here, there] = [await report(mine.id, 'Note here'), await report(others.id, 'Note there')];
    for (const row of [here, there]) await messages.post(system, 'request', row.id, { text: 'The zyxnote is secret', internal: true });
    const customer = accountActor(await t.make.access(mine.id));
    const reader = accountActor(await t.make.localStaff(['desk.request.read'], [mine, others]));
    const manager = accountActor(await t.make.localStaff(['desk.request.read', 'desk.request.manage'], [mine]));
    expect(await found(agent, 'zyxnote')).to.have.members([`request:${here.id}`, `request:${there.id}`]);
    expect(await found(manager, 'zyxnote')).to.deep.equal([`request:${here.id}`]);
    for (const actor of [customer, reader]) {
      expect(await found(actor, 'zyxnote')).to.deep.equal([]);
      expect(await found(actor, 'note zyx')).to.deep.equal([]);
      expect((await counts(actor, 'zyxnote')).every((count) => count === 0)).to.equal(true);
    }
    expect(await found(customer, 'note')).to.deep.equal([`request:${here.id}`]);
    expect(JSON.stringify(await groups(manager, 'zyxnote'))).to.include('desk:search.note');
  });

  it('a message that is held back is found by the house only, until then', async () => {
    const customer = await t.make.customer();
    const row = await report(customer.id, 'Held');
    const person = accountActor(await t.make.access(customer.id));
    const both = async () => [await found(person, 'heldword'), await found(agent, 'heldword')];
    const write = () => messages.post(agent, 'request', row.id, { text: 'heldword follows', internal: false });
    const first = await write();
    expect(await both()).to.deep.equal([[], [`request:${row.id}`]]);
    await messages.takeBack(agent, first.id);
    expect(await both()).to.deep.equal([[], []]);
    const { id } = await write();
    await t.app.db.run('UPDATE desk_messages SET held_until = ? WHERE id = ?', [new Date(Date.now() - 1), id]);
    await messages.release(id);
    expect(await both()).to.deep.equal([[`request:${row.id}`], [`request:${row.id}`]]);
  });

  it('KO-06, KO-12 performed work and rows of an order are found by those who read them only', async () => {
    const customer = await t.make.customer();
    const rows = t.app.service('desk', OrderRowService);
    const plan = { installation_id: null, technician_id: null, planned_start: null, planned_end: null };
    const order = await orders.create(system, { customer_id: customer.id, title: 'Yearly check', ...plan });
    await orders.setPerformedWork(system, order.id, 'Changed the qworkword pump');
    const line = await rows.add(system, order.id, rowInput.parse({ text: 'Gasket qrowword', quantity: 1000 }));
    const [all, blind] = [await t.make.access(customer.id), await t.make.access(customer.id, { options: ['desk.order.read'] })].map((one) => accountActor(one));
    expect(await found(all!, 'qworkword')).to.deep.equal([`order:${order.id}`]);
    expect(await found(blind!, 'qworkword')).to.deep.equal([]);
    expect(await found(blind!, 'yearly qwork')).to.deep.equal([]);
    expect((await counts(blind!, 'qworkword')).every((count) => count === 0)).to.equal(true);
    expect(await found(blind!, 'yearly')).to.deep.equal([`order:${order.id}`]);
    expect(await found(all!, 'qrowword')).to.deep.equal([`order:${order.id}`]);
    const undo = rows.limit((actor) => actor.kind !== 'customer');
    expect([await found(all!, 'qrowword'), await found(agent, 'qrowword')]).to.deep.equal([[], [`order:${order.id}`]]);
    undo();
    await rows.remove(system, order.id, line);
    expect(await found(agent, 'qrowword')).to.deep.equal([]);
    await rows.restore(system, order.id, line);
    expect(await found(agent, 'qrowword')).to.deep.equal([`order:${order.id}`]);
  });

  it('CM-03 an access that is limited to one login finds the requests of that login and their orders only', async () => {
    const customer = await t.make.customer();
    const [hers, his] = [
      await report(customer.id, 'Creatorword one', { login: 'FIRM\\anna' }),
      await report(customer.id, 'Creatorword two', { login: 'FIRM\\bert' }),
    ];
    const theirs = await requests.createOrder(system, his.id, orderInput.parse({ title: 'Creatorword order' }));
    const person = await t.make.access(customer.id);
    expect(await found(accountActor(person), 'creatorword')).to.have.members([`request:${hers.id}`, `request:${his.id}`, `order:${theirs.id}`]);
    await t.app.service('customers', AccessRegister).setCreator(system, person.accessId, { kind: 'login', name: 'firm\\anna' });
    expect(await found(accountActor(person), 'creatorword')).to.deep.equal([`request:${hers.id}`]);
    expect((await counts(accountActor(person), 'creatorword')).reduce((sum, n) => sum + n, 0)).to.equal(1);
  });

  it('pages, suggestions and numbers are byte for byte those of a world without what one may not see', async () => {
    const [own, other] = [await t.make.customer('Leak Own'), await t.make.customer()];
    const [north, south] = [await t.make.installation(own.id, 'Leak North'), await t.make.installation(own.id, 'Leak South')];
    const seen = await report(own.id, 'Leakword in the north', { installation_id: north.id });
    const options = ['desk.request.read', 'desk.order.read', 'customers.installation.read', 'customers.device.read'];
    const person = await t.make.access(own.id, { options, installations: [north.id] });
    const local = await t.make.localStaff(['desk.request.read', 'desk.order.read', 'customers.customer.read', 'customers.device.read'], [own]);
    const askers = [await t.client('portal', person), await t.client('staff', local)];
    const program = await t.program('portal', person);
    const ask = async () => {
      const pages = await Promise.all(
        askers.flatMap((client) =>
          ['/search?q=leakword', '/search?q=leak', '/search?q=leakword&kind=desk.order', client === askers[0] ? '/search?q=leakw' : '/find.json?q=leakw'].map(
            (path) => client.get(path),
          ),
        ),
      );
      const rest = await program.api('GET', '/search?q=leakword');
      return [...pages, rest].map(({ status, text }) => [
        status,
        text.replace(/<script nonce.*|nonce="[^"]*"|_csrf" value="[^"]*"|content="[\w-]{40,}"|(?<=data-relative>)[^<]*/g, ''),
      ]);
    };
    const before = await ask();
    expect(before.every(([status]) => status === 200)).to.equal(true);
    expect(String(before[0])).to.include('Leakword').and.include(`/reports/${seen.id}`);

    // What this person may not see: the other place, another customer, notes, a device.
    for (const [customer, installation] of [[other.id, null], ...Array.from({ length: 3 }, () => [other.id, null] as const)] as const)
      await report(customer, 'Leakword hidden', { installation_id: installation });
    const place = await t.make.installation(other.id, 'Leakword Place');
    const device = deviceInput.parse({ name: 'Leakword device', kind: 'printer', installation_id: place.id, priority: 3 });
    await t.app.service('customers', DeviceService).create(system, other.id, device);
    const plan = { technician_id: null, planned_start: null, planned_end: null };
    await orders.create(system, { customer_id: other.id, installation_id: null, title: 'Leakword order', ...plan });
    expect(await ask()).to.deep.equal(before);

    await report(own.id, 'Leakword in the south', { installation_id: south.id });
    await messages.post(system, 'request', seen.id, { text: 'Leakword again, leakword', internal: true });
    const [portalNow, portalBefore] = [await ask(), before].map((answers) => [...answers.slice(0, 4), answers[8]]);
    expect(portalNow, 'the other place is not in the portal').to.deep.equal(portalBefore);
  });

  it('narrows by state and time, gives pages, marks words and escapes everything', async () => {
    const customer = await t.make.customer('Mark & <Co>');
    const row = await report(customer.id, 'Markword <script>alert(1)</script>', { text: 'The <b>markword</b> & more' });
    const old = await report(customer.id, 'Markword old');
    await t.app.db.run("UPDATE desk_requests SET status = 'closed', open = 0, updated_at = ? WHERE id = ?", [new Date(Date.now() - 40 * 86_400_000), old.id]);
    const client = await t.client('staff', agent.account!);
    const page = await client.get('/search?q=markword&kind=desk.request');
    expect(page.status).to.equal(200);
    expect(page.text).to.include('<mark>Markword</mark> &lt;script&gt;').and.include('&lt;b&gt;<mark>markword</mark>').and.not.include('<script>alert');
    expect(await found(agent, 'markword', { open: true })).to.deep.equal([`request:${row.id}`]);
    expect(await found(agent, 'markword', { open: false })).to.deep.equal([`request:${old.id}`]);
    expect(await found(agent, 'markword', { since: new Date(Date.now() - 30 * 86_400_000) })).to.deep.equal([`request:${row.id}`]);
    expect((await client.get('/search?q=markword&state=closed&since=30')).text).to.include('without filters');
    const suggested = (await client.get('/find.json?q=markw')).json() as { items: { label: string; href: string; group: string; hint: string }[] };
    expect(suggested.items[0]).to.deep.equal({
      label: `#${row.number} Markword <script>alert(1)</script>`,
      hint: 'Mark & <Co>',
      href: `/desk/open/${row.id}`,
      group: 'Requests',
    });
    expect(suggested.items.at(-1)!.href).to.equal('/search?q=markw');

    for (let n = 0; n < 60; n += 1) await report(customer.id, `Manyword ${n}`);
    const seen = new Set<string>();
    let next: string | null = '/search?q=manyword&kind=desk.request';
    for (let pages = 0; next && pages < 9; pages += 1) {
      const { text } = await client.get(next);
      for (const [, id] of text.matchAll(/href="\/desk\/open\/(\d+)"/g)) seen.add(id!);
      expect(text).to.match(/Requests<span class="count">60<\/span>/);
      next = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ?? null;
    }
    expect(seen.size).to.equal(60);
  });

  it('follows the new name of a customer, and finds, fills and removes what does not belong', async () => {
    const customer = await t.make.customer('Oldname AB');
    const row = await report(customer.id, 'Renamed');
    const input = customerInput.parse({ kind: 'company', name: 'Newname AB', contact_person: 'Anna', email: 'a@renamed.test' });
    await t.app.service('customers', CustomerService).update(agent, customer.id, input);
    const of = async (q: string) => (await found(agent, q)).filter((one) => one.startsWith('request'));
    await eventually(async () => (await of('newname')).length > 0, 'the new name');
    expect([await of('oldname'), await of('newname')]).to.deep.equal([[], [`request:${row.id}`]]);

    const keeper = t.app.service('desk', IndexKeeper);
    const whole = async () => (await keeper.state()).every(({ missing, stray }) => missing + stray === 0);
    expect(await whole()).to.equal(true);
    await t.app.db.run('DELETE FROM desk_request_texts');
    await t.app.db.run("INSERT INTO desk_order_texts (id, tokens) VALUES (777777, ' qtstray ')");
    expect([await whole(), await of('newname')]).to.deep.equal([false, []]);
    await keeper.check();
    const ended = async () => (await keeper.progress())?.ended_at !== null && (await whole());
    await eventually(ended, 'the rebuild');
    expect([await whole(), await of('newname')]).to.deep.equal([true, [`request:${row.id}`]]);
    const run = await keeper.progress();
    expect(run!.done).to.equal(run!.total).and.greaterThan(60);
    expect(run!.ended_at).to.not.equal(null);
  });
});
