import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Account } from '../../../core/accounts/types.js';
import { DraftService, OrderService, RequestService, requestInput } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

describe('text templates and macros', () => {
  let t: TestApp;
  let requests: RequestService;
  let jana: Account;
  let peter: Account;
  let agent: Client;
  let anna: Account;
  let customerId: number;
  let moment = new Date();

  before(async () => {
    t = await createTestApp({ clock: { now: () => moment } });
    requests = t.app.service('desk', RequestService);
    [jana, peter] = [await t.make.staff('agent', 'Jana Kováčová'), await t.make.staff('agent', 'Peter Horváth')];
    agent = await t.client('staff', jana);
    customerId = (await t.make.customer('Hotel Malmen AB')).id;
    anna = await t.make.access(customerId, { name: 'Anna Lindqvist' });
    await t.app.db.run("UPDATE core_accounts SET language = 'sv' WHERE id = ?", [anna.id]);
  });
  after(() => t.close());

  const file = (subject: string) =>
    requests.create(accountActor(anna), requestInput.parse({ customer_id: customerId, subject, text: `${subject}: please help` }));
  const get = (id: number) => requests.get(system, id);
  const templates = async (name: string): Promise<number> => {
    const [row] = await t.app.db.query<{ id: number }>('SELECT id FROM desk_templates WHERE name = ?', [name]);
    return row?.id ?? 0;
  };
  async function text(name: string, texts: Record<string, string>, more: Record<string, string> = {}): Promise<number> {
    const answer = await agent.post('/desk/templates/new', { name, ...texts, ...more });
    expect(answer.location, answer.text.slice(0, 400)).to.equal('/desk/templates');
    return templates(name);
  }
  async function macro(name: string, values: Record<string, string>, client = agent): Promise<number> {
    const answer = await client.post('/desk/macros/new', { name, internal: 'false', ...values });
    expect(answer.location, /class="field-error"[\s\S]{0,300}/.exec(answer.text)?.[0]).to.equal('/desk/templates');
    return templates(name);
  }
  const offered = async (id: number, client = agent) =>
    (
      (await client.get(`/desk/all/${id}/insert`, { accept: 'application/json' })).json() as {
        items: { id: number; name: string; text: string; does: string; missing: string[] }[];
      }
    ).items;
  const apply = (id: number, macroId: number) => agent.post(`/desk/all/${id}/macro`, { macro: String(macroId) }, { accept: 'application/json' });

  it('a text with a variable that there is not is refused, with what was typed, and says which', async () => {
    const refused = await agent.post('/desk/templates/new', { name: 'Wrong', text_en: 'Hello {{customer.nmae}}', text_de: 'Halb {{offen' });
    expect(refused.status).to.equal(422);
    expect(refused.text)
      .to.include('There is no variable “{{customer.nmae}}”')
      .and.include('There is no variable “{{offen”')
      .and.include('Hello {{customer.nmae}}</textarea>');
    const empty = await agent.post('/desk/templates/new', { name: 'Empty' });
    expect([empty.status, await templates('Wrong')]).to.deep.equal([422, 0]);
    expect(empty.text).to.include('Write the text in at least one language.');
  });

  it('shows a preview with sample data before it is saved', async () => {
    const seen = await agent.post('/desk/templates/new', { name: 'Try', text_en: 'Dear {{reporter.firstName}}, order {{ order.number }}', _again: '1' });
    expect(seen.text).to.include('Dear Anna, order 2026-0187');
    expect(await templates('Try')).to.equal(0);
  });

  it("puts a text in in the reporter's language, filled once: what a customer typed makes no variable, link or markup", async () => {
    const id = await text('Greeting', {
      text_en: 'Dear {{reporter.firstName}}',
      text_sv: 'Hej {{reporter.firstName}}! Om #{{request.number}} {{request.subject}}',
    });
    const request = await file('Evil {{agent.name}} [click](https://evil.test) <b>');
    const [one] = (await offered(request.id)).filter((item) => item.id === id);
    expect(one).to.include({ text: `Hej Anna! Om #${request.number} Evil {{agent.name}} click(https://evil.test) b` });
    expect(one?.missing).to.deep.equal([]);
  });

  it('says what there is nothing to put in for, and fills it once there is', async () => {
    const id = await text('Planned', { text_sv: '{{order.number}}: {{order.planned}}' });
    const request = await file('Visit');
    const find = async () => (await offered(request.id)).find((item) => item.id === id);
    expect(await find()).to.deep.include({ text: '[Ordernummer]: [Planerad tid]', missing: ['Order number', 'Planned time'] });
    const order = await requests.createOrder(accountActor(jana), request.id, {
      ...{ title: 'Visit', installation_id: null, technician_id: null },
      ...{ planned_start: '2026-10-12T10:30', planned_end: null },
    });
    expect(await t.app.service('desk', OrderService).get(system, order.id)).to.include({ number: order.number });
    expect((await find())?.text).to.match(new RegExp(`^${order.number}: måndag 12 oktober 2026 kl\\. \\d\\d:30$`));
  });

  it('without scripts: the typed text is kept as a draft, a text is chosen on a page, and stands below it', async () => {
    const id = await text('Closing', { text_sv: 'Hälsningar, {{agent.name}}' });
    const request = await file('No scripts');
    const page = `/desk/all/${request.id}`;
    const chosen = await agent.post(`${page}/insert`, { kind: 'internal', text: 'Half a note' });
    expect(chosen.location).to.equal(`${page}/insert?kind=internal`);
    expect((await agent.get(chosen.location!)).text)
      .to.include('Hälsningar, Jana Kováčová')
      .and.include('Half a note');
    expect((await agent.post(`${page}/insert`, { kind: 'internal', text: 'Half a note', template: String(id) })).location).to.equal(page);
    expect(await t.app.service('desk', DraftService).get(accountActor(jana), request.id)).to.deep.equal({
      public: '',
      internal: 'Half a note\n\nHälsningar, Jana Kováčová',
    });
  });

  it('own ones are of nobody else; shared ones are changed by whoever may manage them, and found by words of name and text', async () => {
    const [own, shared] = [await text('Mine only', { text_en: 'Sesame' }), await text('For all', { text_en: 'Sésame too' }, { shared: 'true' })];
    const other = await t.client('staff', peter);
    const list = (await other.get('/desk/templates?q=sesame')).text;
    expect(list).to.include('For all').and.not.include('Mine only').and.not.include('Greeting');
    expect((await other.get(`/desk/templates/${own}`)).status).to.equal(404);
    expect((await other.post(`/desk/templates/${own}/delete`)).status).to.equal(404);
    const limited = await t.client('staff', await t.make.localStaff(['desk.request.read', 'desk.request.manage'], [{ id: customerId }]));
    expect((await limited.get(`/desk/templates/${shared}`)).text)
      .to.include('Sésame too')
      .and.not.match(/name="shared"|\/delete"/);
    const stolen = { name: 'Stolen', text_en: 'x' };
    expect((await limited.post(`/desk/templates/${shared}`, stolen)).status).to.equal(403);
    expect((await limited.post('/desk/templates/new', { ...stolen, shared: 'true' })).status).to.equal(403);
    expect((await other.post(`/desk/templates/${shared}`, { name: 'For all of us', text_en: 'Sésame' })).status, 'no longer shared').to.equal(303);
    await other.get('/desk/templates');
    expect((await other.get('/desk/templates?q=sesame')).text).to.not.include('For all');
    expect((await agent.post(`/desk/templates/${own}/delete`)).location).to.equal('/desk/templates');
    const reader = await t.client('staff', await t.make.localStaff(['desk.request.read'], [{ id: customerId }]));
    expect((await reader.get('/desk/templates')).status).to.equal(403);
    expect((await (await t.client('portal', anna)).get('/desk/templates')).status).to.equal(404);
  });

  it('a macro changes status, solver, scales, tags, watcher and writes a reply as one act, and is taken back as one', async () => {
    const id = await macro('Take over', {
      ...{ status: 'accepted', solver: 'me', priority: '1', importance: '2', add_tags: 'Lift, urgent', remove_tags: 'new', watcher: String(peter.id) },
      text_sv: 'Hej {{reporter.firstName}}, vi tittar på det.',
    });
    const request = await file('Macro');
    await agent.post(`/desk/all/${request.id}/tags`, { add: 'new' });
    await agent.post(`/desk/all/${request.id}/draft`, { kind: 'public', text: 'Typed by hand' });
    const before = await get(request.id);
    const done = (await apply(request.id, id)).json() as { text: string; undo: string };
    expect(done.text).to.equal('“Take over” was applied.');
    const after = await get(request.id);
    expect(after).to.include({ status: 'accepted', solver_id: jana.id, priority: 1, importance: 2 });
    expect([after.tags, after.watchers.map((one) => one.id), after.messages.map((one) => one.text)]).to.deep.equal([
      ['Lift', 'urgent'],
      [peter.id],
      ['Hej Anna, vi tittar på det.'],
    ]);
    const drafts = t.app.service('desk', DraftService);
    expect((await drafts.get(accountActor(jana), request.id)).public, 'nothing typed is lost').to.equal('Typed by hand');
    expect((await (await t.client('staff', peter)).post(done.undo)).status, 'by nobody else').to.equal(404);
    expect((await agent.post(done.undo)).location).to.equal(`/desk/all/${request.id}`);
    const back = await get(request.id);
    expect(back).to.include({ status: before.status, solver_id: before.solver_id, priority: before.priority, importance: before.importance });
    expect([back.tags, back.watchers, back.messages]).to.deep.equal([['new'], [], []]);
    expect((await drafts.get(accountActor(jana), request.id)).public).to.equal('Typed by hand');
    expect((await agent.post(done.undo)).status, 'only once').to.equal(409);
  });

  it('of a macro that is refused in one part nothing is done', async () => {
    const id = await macro('Reply with order', { status: 'solved', add_tags: 'half', text_en: 'Order {{order.number}}' });
    const request = await file('All or nothing');
    const refused = await apply(request.id, id);
    expect([refused.status, refused.json()]).to.deep.equal([
      409,
      { error: 'The text names “order.number”, which this request does not have.', code: 'text_incomplete' },
    ]);
    const merged = await macro('Reopen', { status: 'planned', solver: 'me', add_tags: 'again', internal: 'true', text_en: 'Opened again' });
    await requests.change(accountActor(jana), request.id, { status: 'closed' });
    expect((await apply(request.id, merged)).status, 'closed does not become planned').to.equal(409);
    expect(await get(request.id)).to.deep.include({ status: 'closed', tags: [], messages: [], solver_id: null });
    const open = await macro('Open', { status: 'accepted', solver: 'me' });
    const { undo } = (await apply(request.id, open)).json() as { undo: string };
    expect(await get(request.id), 'opened first, then given').to.include({ status: 'accepted', solver_id: jana.id });
    await agent.post(undo);
    expect(await get(request.id)).to.include({ status: 'closed', solver_id: null });
  });

  it('what a newer change touched, or a reply that has left, is not taken back, and then nothing of it is', async () => {
    const note = await macro('Note', { priority: '1', internal: 'true', text_en: 'Called {{reporter.name}}' });
    const request = await file('Undo');
    const first = (await apply(request.id, note)).json() as { undo: string };
    expect((await get(request.id)).messages.map((one) => [one.visibility, one.text])).to.deep.equal([['internal', 'Called Anna Lindqvist']]);
    moment = new Date(moment.getTime() + 60_000);
    await requests.change(accountActor(peter), request.id, { priority: 3 });
    const kept = await agent.post(first.undo);
    expect(kept.location).to.match(/^\/desk\/acts\/\d+$/);
    expect((await agent.get(kept.location!)).text).to.include('Stays changed');
    expect((await get(request.id)).messages).to.have.length(1);
    const second = (await apply((await file('Undo too')).id, note)).json() as { undo: string };
    moment = new Date(moment.getTime() + 14 * 60_000);
    expect((await agent.post(second.undo)).location, 'a note goes with the rest').to.match(/^\/desk\/all\/\d+$/);
    const third = (await apply((await file('Undo late')).id, note)).json() as { undo: string };
    moment = new Date(moment.getTime() + 16 * 60_000);
    expect((await agent.post(third.undo)).status).to.equal(409);
  });

  it('goes on with the next request when it says so; its keys stand in the menu of the request', async () => {
    const id = await macro('Done, next', { status: 'closed', next: 'true' });
    const [one, two] = [await file('First in line'), await file('Second in line')];
    for (const [index, { id: request }] of [one, two].entries()) {
      await requests.change(accountActor(peter), request, { solver_id: jana.id });
      await t.app.db.run('UPDATE desk_requests SET due_at = ? WHERE id = ?', [new Date(Date.UTC(2020, 0, 1 + index)), request]);
    }
    const page = (await agent.get(`/desk/mine/${one.id}`)).text;
    expect(page).to.match(new RegExp(`name="macro" value="${id}" data-key="m \\d"`));
    expect((await agent.post(`/desk/mine/${one.id}/macro`, { macro: String(id) })).location).to.equal(`/desk/mine/${two.id}`);
    const reader = await t.client('staff', await t.make.localStaff(['desk.request.read', 'desk.request.manage'], []));
    expect((await reader.post(`/desk/open/${two.id}/macro`, { macro: String(id) })).status, 'own macro of another').to.be.oneOf([403, 404]);
    expect((await get(two.id)).status).to.equal('new');
  });

  it('a macro names active staff only, and does at least one thing', async () => {
    const wrong = await agent.post('/desk/macros/new', { name: 'Wrong', solver: String(anna.id), watcher: '999999', internal: 'false' });
    expect(wrong.status).to.equal(422);
    expect((await agent.post('/desk/macros/new', { name: 'Nothing', internal: 'false' })).text).to.include('Choose at least one thing');
    expect((await agent.post('/desk/macros/new', { name: 'Reject', status: 'rejected', internal: 'false' })).status, 'needs a reason').to.equal(422);
  });
});
