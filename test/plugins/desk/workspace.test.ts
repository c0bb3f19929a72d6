import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Account } from '../../../core/accounts/types.js';
import { MessageService, RequestService, requestInput } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { makeLevel } from '../../support/service-levels.js';
import type { Client } from '../../support/client.js';

const hour = 3_600_000;

describe("the agents' workspace", () => {
  let t: TestApp;
  let requests: RequestService;
  let jana: Account;
  let agent: Client;
  let anna: Account;
  let customerId: number;

  before(async () => {
    t = await createTestApp();
    requests = t.app.service('desk', RequestService);
    jana = await t.make.staff('agent', 'Jana Kováčová');
    agent = await t.client('staff', jana);
    const customer = await t.make.customer('Hotel Malmen AB');
    customerId = customer.id;
    await t.make.installation(customerId, 'Reception');
    anna = await t.make.access(customerId, { name: 'Anna Lindqvist' });
  });
  after(() => t.close());

  const file = (subject: string, by: Account = anna) =>
    requests.create(accountActor(by), requestInput.parse({ customer_id: customerId, subject, text: `${subject}: please help` }));
  const mine = async (subject: string) => {
    const made = await file(subject);
    await requests.change(accountActor(jana), made.id, { solver_id: jana.id });
    return made;
  };
  const due = (id: number, at: number) => t.app.db.run('UPDATE desk_requests SET due_at = ? WHERE id = ?', [new Date(Date.now() + at), id]);
  const page = async (path: string, client = agent): Promise<string> => {
    const { status, text } = await client.get(path);
    expect(status, path).to.equal(200);
    expect(text).to.not.match(/\[object Object\]|undefined|NaN| action=""/);
    return text;
  };
  const said = (by: Account, id: number, text: string) =>
    t.app.service('desk', MessageService).post(accountActor(by), 'request', id, { text, internal: false, hold: false });
  /** Subjects of the list, in its order. */
  const listed = (html: string): string[] => [...html.matchAll(/<span class="what">(?:<span[^>]*>[^<]*<\/span>)?([^<]*)/g)].map(([, text]) => text!.trim());
  const json = (path: string, values: Record<string, string>) => agent.post(path, values, { accept: 'application/json' });
  const replied = async (id: number, values: Record<string, string>) =>
    agent.post(`/desk/mine/${id}/reply`, { kind: 'public', seen: String(await newest(id)), ...values });
  const newest = async (id: number) => (await requests.get(system, id)).messages.at(-1)?.id ?? 0;

  it('says in three different texts that there is nothing: never yet, nothing of that kind, and no right to see any', async () => {
    const fresh = await createTestApp();
    try {
      const client = await fresh.client('staff', await fresh.make.staff());
      expect(await page('/desk/mine', client))
        .to.include('No requests yet')
        .and.include('href="/requests/new"');
      const nobody = await (await fresh.client('staff', await fresh.make.localStaff(['desk.request.read'], []))).get('/desk/mine');
      expect([nobody.status, nobody.text]).to.satisfy(([status, text]: [number, string]) => status === 403 && !text.includes('No requests yet'));
    } finally {
      await fresh.close();
    }
    await file('Only one');
    expect(await page('/desk/mine'))
      .to.include('No requests waiting for you')
      .and.include('One request has no owner yet')
      .and.include('/desk/unassigned');
    expect(await page('/desk/all?q=nothing-like-this'))
      .to.include('Nothing fits the filter')
      .and.include('href="/desk/all"');
  });

  it('each view has its own address and shows what is due next first', async () => {
    const [later, soon, never] = [await mine('Later'), await mine('Soon'), await mine('Whenever')];
    await due(later.id, 30 * hour);
    await due(soon.id, -12 * 60_000);
    expect((await agent.get('/desk')).location).to.equal('/desk/mine');
    const text = await page('/desk/mine');
    expect(listed(text)).to.deep.equal(['Soon', 'Later', 'Whenever']);
    expect(text)
      .to.match(/Overdue 12 min/)
      .and.match(/Due in 29 h 5\d min/);
    expect(listed(await page('/desk/due'))).to.deep.equal(['Soon']);
    expect(listed(await page('/desk/mine?sort=newest'))[0]).to.equal('Whenever');
    expect(listed(await page('/desk/unassigned')))
      .to.include('Only one')
      .and.not.include('Soon');
    await makeLevel(t);
    const waiting = await mine('Waits');
    await requests.change(accountActor(jana), waiting.id, { status: 'waiting', priority: 2 });
    expect(await page(`/desk/mine/${waiting.id}`), 'the clock stands visibly').to.match(/badge-muted">[\s\S]{0,300}Paused/);
    await t.app.db.run('UPDATE desk_levels SET standard = 0');
    for (const { id } of [later, soon, never, waiting]) await requests.change(accountActor(jana), id, { status: 'closed' });
    expect((await agent.get('/desk/nothing')).status).to.equal(404);
    expect((await agent.get('/desk/v99999')).status).to.equal(404);
  });

  it('keeps own views with their number in the menu; shared, they show each reader what lies in their reach', async () => {
    const other = await t.make.customer();
    const elsewhere = await t.make.access(other.id);
    await requests.create(accountActor(elsewhere), requestInput.parse({ customer_id: other.id, subject: 'Elsewhere', text: 'x', type: 'question' }));
    const at = (await agent.post('/desk/views', { name: 'Questions', query: 'status=open&type=question&evil=1', shared: 'true' })).location ?? '';
    expect(at).to.match(/^\/desk\/v\d+$/);
    const text = await page(at);
    expect(listed(text)).to.deep.equal(['Elsewhere']);
    expect(text).to.match(new RegExp(`href="${at}"[^>]*>.*Questions</span><span class="count"[^>]*>1<`));
    const local = await t.client('staff', await t.make.localStaff(['desk.request.read', 'desk.request.manage'], [{ id: customerId }]));
    expect(listed(await page(at, local))).to.deep.equal([]);
    expect((await local.post(`/desk/views/${at.slice(7)}`, { name: 'Stolen' })).status).to.equal(404);
    await agent.post(`/desk/views/${at.slice(7)}`, { name: 'Open questions', is_default: 'true' });
    expect((await agent.get('/desk')).location, 'the workspace opens with it').to.equal(at);
    expect((await local.get(at)).status, 'no longer shared').to.equal(404);
    expect((await agent.post(`/desk/views/${at.slice(7)}/delete`)).location).to.equal('/desk/mine');
    expect((await agent.get(at)).status).to.equal(404);
  });

  it('holds a reply for ten seconds; taken back, it is a draft again and nobody has seen it', async () => {
    const request = await mine('Printer');
    const sent = await replied(request.id, { text: 'We come at ten.' });
    expect(sent.location).to.equal(`/desk/mine/${request.id}`);
    const text = await page(sent.location!);
    const undo = /data-seconds="10"[\s\S]*?action="([^"]+)"/.exec(text)?.[1] ?? '';
    expect(undo).to.match(new RegExp(`^/desk/mine/${request.id}/back/\\d+$`));
    const portal = await t.client('portal', anna);
    expect((await portal.get(`/reports/${request.id}`)).text).to.not.include('We come at ten.');
    await agent.post(undo);
    expect(await page(`/desk/mine/${request.id}`)).to.match(/<textarea[^>]*>We come at ten\.<\/textarea>/);
    expect((await requests.get(system, request.id)).messages).to.deep.equal([]);
    const note = await replied(request.id, { text: 'Key is at the porter', kind: 'internal' });
    expect(await page(note.location!))
      .to.include('The note was saved')
      .and.include('message-internal')
      .and.not.match(/toast" role="status" data-seconds/);
    expect((await replied(request.id, { text: '  ' })).text).to.include('Write something first.');
  });

  it('sends and closes, goes on with the next of the same view, and remembers that choice', async () => {
    const [one, two] = [await mine('First of two'), await mine('Second of two')];
    await due(one.id, hour);
    await due(two.id, 2 * hour);
    const sent = await agent.post(`/desk/mine/${one.id}/reply?type=fault`, { kind: 'public', text: 'Done.', then: 'close', seen: '0' });
    expect(sent.location).to.equal(`/desk/mine/${two.id}?type=fault`);
    expect((await requests.get(system, one.id)).status).to.equal('closed');
    const next = await page(sent.location!);
    expect(next).to.match(/name="then" value="close" data-key="mod\+enter"/);
    const undo = /data-seconds="10"[\s\S]*?action="([^"]+)"/.exec(next)?.[1] ?? '';
    await agent.post(undo.replaceAll('&#x3D;', '='));
    expect(await requests.get(system, one.id))
      .to.include({ status: 'new' })
      .and.have.property('messages')
      .that.deep.equals([]);
    // Nothing is promised for it: with another status its time is gone.
    await due(one.id, hour);
    const closed = await agent.post(`/desk/mine/${one.id}/change`, { status: 'closed', next: 'true' });
    expect(closed.location).to.equal(`/desk/mine/${two.id}`);
    await requests.change(accountActor(jana), two.id, { status: 'closed' });
  });

  it('asks once before it sends when somebody else has written, and keeps what was typed', async () => {
    const request = await mine('Both write');
    const seen = await newest(request.id);
    await said(anna, request.id, 'It works again!');
    const values = { kind: 'public', text: 'Typed & kept', seen: String(seen) };
    const asked = await agent.post(`/desk/mine/${request.id}/reply`, values);
    expect(asked.status).to.equal(409);
    expect(asked.text)
      .to.include('Typed &amp; kept</textarea>')
      .and.match(/is-new[\s\S]*It works again!/)
      .and.include('Something new was written');
    const program = await json(`/desk/mine/${request.id}/reply`, values);
    expect([program.status, program.json()]).to.deep.equal([
      409,
      { error: 'Something new was written meanwhile. Read it first, then send.', code: 'newer_messages' },
    ]);
    const again = /name="seen" value="(\d+)"/.exec(asked.text)?.[1] ?? '';
    expect((await agent.post(`/desk/mine/${request.id}/reply`, { ...values, seen: again })).status).to.equal(303);
  });

  it('changes fields in place, with a way back, and says why something is refused', async () => {
    const request = await mine('In place');
    const path = `/desk/mine/${request.id}`;
    const done = (await json(`${path}/change`, { priority: '1' })).json() as { text: string; undo: string };
    expect(done.text).to.equal('Changed.');
    expect((await requests.get(system, request.id)).priority).to.equal(1);
    await agent.post(done.undo);
    expect((await requests.get(system, request.id)).priority).to.equal(request.priority);
    const refused = await json(`${path}/change`, { solver_id: String(anna.id) });
    expect([refused.status, Object.keys(refused.json() as object)]).to.deep.equal([422, ['error', 'code']]);
    expect((await agent.post(`${path}/tags`, { add: 'Toner, on-site' })).location).to.equal(path);
    await agent.post(`${path}/tags`, { remove: 'Toner' });
    expect((await requests.get(system, request.id)).tags).to.deep.equal(['on-site']);
    await agent.post(`${path}/watch`, { watch: 'true' });
    expect((await requests.get(system, request.id)).watchers.map((one) => one.id)).to.deep.equal([jana.id]);
    expect((await agent.post(`${path}/change`, { subject: 'Renamed' })).location).to.equal(path);
    const text = await page(path);
    expect(text)
      .to.include('Renamed')
      .and.match(/<details class="folded"><summary>[\s\S]*?\d+ changes/);
  });

  it('warns of a likely duplicate, merges it by its number, and takes the merge back', async () => {
    const [one, two] = [await mine('Coffee machine leaks water'), await mine('Coffee machine leaks again')];
    expect(await page(`/desk/mine/${two.id}`))
      .to.include(`Possibly the same as #${one.number}`)
      .and.match(new RegExp(`class="banner[^]*?action="/desk/mine/${two.id}/merge"`));
    expect((await agent.post(`/desk/mine/${two.id}/merge`, { number: '1' })).status).to.equal(422);
    const merged = await agent.post(`/desk/mine/${two.id}/merge`, { number: String(one.number) });
    expect(merged.location).to.equal(`/desk/mine/${one.id}`);
    expect(await page(merged.location!)).to.include('Coffee machine leaks again: please help');
    await agent.post(`/desk/mine/${two.id}/unmerge`);
    expect(await page(`/desk/mine/${one.id}`)).to.not.include('Coffee machine leaks again: please help');
    await agent.post(`/desk/mine/${two.id}/link`, { number: String(one.number) });
    expect(await page(`/desk/mine/${two.id}`)).to.include('Linked');
    await agent.post(`/desk/mine/${two.id}/unlink`, { number: String(one.number) });
    expect((await requests.get(system, two.id)).links).to.deep.equal([]);
  });

  it('keeps a draft on the server, for its writer only, as one text that is a reply or a note', async () => {
    const request = await mine('Draft');
    const path = `/desk/mine/${request.id}`;
    expect((await agent.post(`${path}/draft`, { kind: 'public', text: 'Half a sen' })).status).to.equal(204);
    expect(await page(path, await t.client('staff', jana)), 'on another device').to.include('Half a sen</textarea>');
    expect(await page(path, await t.client('staff', await t.make.staff()))).to.not.include('Half a sen');
    await agent.post(`${path}/draft`, { kind: 'internal', text: 'Half a sentence' });
    expect(await page(path)).to.match(/value="internal" checked[\s\S]*Half a sentence<\/textarea>/);
    await agent.post(`${path}/draft`, { kind: 'internal', text: '' });
    expect(await t.app.db.query('SELECT * FROM desk_drafts WHERE request_id = ?', [request.id])).to.deep.equal([]);
  });

  it('shows customer, last requests and orders beside the thread, and nothing of what the reader may not see', async () => {
    const request = await mine('Beside');
    const text = await page(`/desk/mine/${request.id}`);
    expect(text).to.include('Hotel Malmen AB').and.include('Anna Lindqvist').and.include('Last requests').and.include('Create order');
    const reader = await t.client('staff', await t.make.localStaff(['desk.request.read'], [{ id: customerId }]));
    const bare = await page(`/desk/open/${request.id}`, reader);
    expect(bare)
      .to.include('Beside')
      .and.not.match(/name="solver_id"|Internal note|Create order|\/requests\/new|href="\/customers\//);
    expect((await reader.post(`/desk/open/${request.id}/change`, { priority: '1' })).status).to.equal(403);
  });

  it('staff file a request: first the customer, then what it is about', async () => {
    expect(await page('/requests/new?q=malmen')).to.include(`/requests/new?customer=${customerId}`);
    await page(`/requests/new?customer=${customerId}`);
    expect((await agent.upload('/requests/new', { customer_id: customerId, type: 'question', text: '' }, [])).status).to.equal(422);
    const made = await agent.upload('/requests/new', { customer_id: customerId, type: 'internal', text: 'Order keys' }, []);
    expect(await page(made.location!)).to.include('Order keys');
    expect((await (await t.client('portal', anna)).get('/orders')).text, 'CM-01').to.not.include('Order keys');
  });

  it('the palette finds requests by number and words, customers and orders, each within reach; without words what was open last', async () => {
    const request = await mine('Zeppelin engine');
    const found = async (q: string, client = agent) =>
      ((await client.get(`/find.json?q=${encodeURIComponent(q)}`)).json() as { items: { label: string; href: string; group: string }[] }).items.filter(
        ({ href }) => !href.startsWith('/search'),
      );
    expect(await found(`#${request.number}`)).to.deep.equal([
      {
        label: `#${request.number} Zeppelin engine`,
        href: `/desk/open/${request.id}`,
        group: 'Requests',
        hint: 'Hotel Malmen AB',
      },
    ]);
    expect((await found('zeppelin')).map((one) => one.group)).to.deep.equal(['Requests']);
    expect((await found('malmen')).map((one) => one.group)).to.include('Customers');
    await page(`/desk/open/${request.id}`);
    expect((await found(''))[0]).to.include({ group: 'Recent', href: `/desk/open/${request.id}` });
    const nobody = await t.client('staff', await t.make.localStaff(['desk.request.read', 'customers.customer.read'], []));
    expect([await found('zeppelin', nobody), await found('malmen', nobody)]).to.deep.equal([[], []]);
  });
});
