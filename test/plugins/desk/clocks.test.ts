import 'reflect-metadata';
import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { ForbiddenError, NotFoundError, type Actor } from '../../../core/api.js';
import { OrderService, RequestService, orderInput, reportInput } from '../../../plugins/desk/api.js';
import { CalendarService } from '../../../plugins/desk/clocks/calendar-service.js';
import { ClockJobs } from '../../../plugins/desk/clocks/clock-jobs.js';
import { ClockService, type ClockView } from '../../../plugins/desk/clocks/clock-service.js';
import { ContractService } from '../../../plugins/desk/clocks/contract-service.js';
import { calendarInput, contractInput, levelInput } from '../../../plugins/desk/clocks/inputs.js';
import { LevelService } from '../../../plugins/desk/clocks/level-service.js';
import { Recounts } from '../../../plugins/desk/clocks/tables.js';
import { MessageService } from '../../../plugins/desk/requests/message-service.js';
import { RequestWriter } from '../../../plugins/desk/requests/request-writer.js';
import { Requests } from '../../../plugins/desk/tables.js';
import { never, type RequestRow } from '../../../plugins/desk/types.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

const office = { mon: '08:00-17:00', tue: '08:00-17:00', wed: '08:00-17:00', thu: '08:00-17:00', fri: '08:00-17:00' };

describe('clocks of requests (issue 4 §5)', function () {
  this.timeout(60_000);
  /** A Friday in Stockholm, 10:00. */
  const friday = Date.parse('2026-11-27T09:00:00Z');
  let now = friday;
  let t: TestApp;
  let agent: Actor;
  let agentAccount: { id: number };
  let hours: number;
  const at = (text: string): void => void (now = Date.parse(`${text}:00Z`));
  const service = <T extends object>(kind: Parameters<typeof t.app.service<T>>[1]): T => t.app.service('desk', kind);
  const start = async () => {
    t = await createTestApp({ clock: { now: () => new Date(now) } });
    agentAccount = await t.make.staff('administrator');
    agent = accountActor((await t.app.accounts.get(agentAccount.id))!);
    hours = await service(CalendarService).create(system, calendarInput.parse({ name: 'Office', time_zone: 'Europe/Stockholm', ...office }));
  };
  before(start);
  after(() => t.close());
  beforeEach(() => void (now = friday));

  const level = (values: object = {}) => service(LevelService).create(system, levelInput.parse({ name: 'Gold', calendar_id: hours, ...values }));
  /** A customer with a level of its own: 2 hours to the first answer, 8 to the solution, twice that for priority 4. */
  const place = async (targets: object = { respond_2: 120, solve_2: 480, respond_4: 240, solve_4: 960 }) => {
    const customer = await t.make.customer();
    const site = await t.make.installation(customer.id);
    const gold = await level(targets);
    await service(ContractService).setLevel(system, customer.id, gold);
    return { customer, site, gold };
  };
  const report = (site: { id: number }, actor: Actor = system) =>
    service(RequestService).report(actor, reportInput.parse({ installation_id: site.id, text: 'The lift stops', urgency: '2' }));
  const stored = async (id: number): Promise<RequestRow> => (await t.app.db.of(Requests).findByPk(id, { rejectOnEmpty: true })).get({ plain: true });
  const change = async (id: number, values: Partial<RequestRow>): Promise<RequestRow> =>
    t.app.db.transaction(async () => (await service(RequestWriter).change(system, await stored(id), values)).row);
  const due = async (id: number): Promise<string> => {
    const { due_at } = await stored(id);
    return due_at.getTime() === never.getTime() ? 'never' : due_at.toISOString().slice(0, 16);
  };
  /** Jobs do it in the background. */
  const becomes = (id: number, expected: string) => eventually(async () => (await due(id)) === expected, `request ${id} due ${expected}`);
  const clock = async (id: number, kind: 'respond' | 'solve'): Promise<ClockView | undefined> =>
    (await service(ClockService).of(agent, id))?.clocks.find((one) => one.kind === kind);
  const answer = (id: number, internal = false) => service(MessageService).post(agent, 'request', id, { text: 'We come', internal, hold: false });

  it('a new request is due when its first answer is, in business hours', async () => {
    const { site } = await place();
    const request = await report(site);
    expect(request.due_at.toISOString()).to.equal('2026-11-27T11:00:00.000Z');
    expect(await due(request.id)).to.equal('2026-11-27T11:00');
    expect(await clock(request.id, 'solve')).to.include({ state: 'running', target: 480 });
    // 8 hours from Friday 10:00: 7 on Friday, 1 on Monday.
    expect((await clock(request.id, 'solve'))?.due_at?.toISOString()).to.equal('2026-11-30T08:00:00.000Z');
  });

  it('without a service level a request is never due', async () => {
    const customer = await t.make.customer();
    const request = await report(await t.make.installation(customer.id));
    expect(await due(request.id)).to.equal('never');
    expect(await service(ClockService).of(agent, request.id)).to.equal(null);
  });

  it('the first public answer of staff meets "respond"; an internal note and the customer do not', async () => {
    const { customer, site } = await place();
    const anna = accountActor(await t.make.access(customer.id));
    const request = await report(site, anna);
    at('2026-11-27T10:00');
    await answer(request.id, true);
    await service(MessageService).post(anna, 'request', request.id, { text: 'Hello?', internal: false });
    expect(await clock(request.id, 'respond')).to.include({ state: 'running' });
    await answer(request.id);
    expect(await clock(request.id, 'respond')).to.include({ state: 'met' });
    expect(await due(request.id)).to.equal('2026-11-30T08:00');
    at('2026-11-27T10:30');
    await answer(request.id);
    expect((await clock(request.id, 'respond'))?.ended_at?.toISOString()).to.equal('2026-11-27T10:00:00.000Z');
  });

  it('a reply that is held counts when it leaves, not when it is written or taken back', async () => {
    const { site } = await place();
    const request = await report(site);
    const messages = service(MessageService);
    const hold = () => messages.post(agent, 'request', request.id, { text: 'We come', internal: false });
    await messages.takeBack(agent, (await hold()).id);
    const { id } = await hold();
    expect(await clock(request.id, 'respond')).to.include({ state: 'running' });
    now += 10_000;
    await messages.release(id);
    expect((await clock(request.id, 'respond'))?.ended_at?.getTime()).to.equal(friday + 10_000);
  });

  it('a public message on the order of the request answers it, too', async () => {
    const { site } = await place();
    const request = await report(site);
    const order = await service(RequestService).createOrder(agent, request.id, orderInput.parse({ title: 'Lift' }));
    expect(await clock(request.id, 'respond')).to.include({ state: 'running' });
    await service(MessageService).post(agent, 'order', order.id, { text: 'Tomorrow', internal: false });
    expect(await clock(request.id, 'respond')).to.include({ state: 'met' });
    expect((await service(OrderService).get(agent, order.id)).request_id).to.equal(request.id);
  });

  it('pauses while waiting for the customer, and goes on with what was left', async () => {
    const { site } = await place({ solve_2: 480 });
    const request = await report(site);
    at('2026-11-27T12:00');
    await change(request.id, { status: 'waiting' });
    expect(await due(request.id)).to.equal('never');
    expect(await clock(request.id, 'solve')).to.include({ state: 'paused', used: 180 * 60_000, due_at: null });
    at('2026-11-30T09:00');
    await change(request.id, { status: 'accepted' });
    // 3 of 8 hours had passed; Monday 10:00 and 5 more.
    expect(await due(request.id)).to.equal('2026-11-30T14:00');
  });

  it('outside of business hours it says until when it is paused', async () => {
    const { site } = await place();
    const request = await report(site);
    at('2026-11-28T12:00');
    expect((await clock(request.id, 'solve'))?.closed_until?.toISOString()).to.equal('2026-11-30T07:00:00.000Z');
    at('2026-11-30T07:30');
    expect((await clock(request.id, 'solve'))?.closed_until).to.equal(null);
  });

  it('a solution in time is met, a late one breached; taken up again, the time goes on and the answer stays given', async () => {
    const { site } = await place();
    const [early, late] = [await report(site), await report(site)];
    at('2026-11-27T10:00');
    await change(early.id, { status: 'solved' });
    expect([(await clock(early.id, 'respond'))?.state, (await clock(early.id, 'solve'))?.state, await due(early.id)]).to.deep.equal(['met', 'met', 'never']);
    at('2026-11-30T08:30');
    await change(late.id, { status: 'solved' });
    expect([(await clock(late.id, 'respond'))?.state, (await clock(late.id, 'solve'))?.state]).to.deep.equal(['breached', 'breached']);
    await change(early.id, { status: 'accepted' });
    expect([(await clock(early.id, 'respond'))?.state, (await clock(early.id, 'solve'))?.state]).to.deep.equal(['met', 'running']);
    // One of 8 hours had passed before it was solved.
    expect(await due(early.id)).to.equal('2026-11-30T15:30');
  });

  it('another priority has another target from the beginning on; one without a promise has no clock', async () => {
    const { site } = await place();
    const request = await report(site);
    at('2026-11-27T10:00');
    await change(request.id, { priority: 4 });
    expect(await due(request.id)).to.equal('2026-11-27T13:00');
    await change(request.id, { priority: 3 });
    expect(await due(request.id)).to.equal('never');
    expect(await service(ClockService).of(agent, request.id)).to.equal(null);
    // A promise that comes later counts from then on.
    await change(request.id, { priority: 2 });
    expect(await due(request.id)).to.equal('2026-11-27T12:00');
  });

  it('requests among colleagues promise nothing', async () => {
    const { site } = await place();
    const request = await report(site);
    await change(request.id, { type: 'internal' });
    expect(await due(request.id)).to.equal('never');
  });

  describe('which level counts', () => {
    it('is a contract that is valid on the day of the request, else the level of the customer, else the standard one', async () => {
      const { customer, site } = await place();
      const [silver, basic] = [await level({ name: 'Silver', respond_2: 60 }), await level({ name: 'Basic', respond_2: 300, standard: 'true' })];
      const contracts = service(ContractService);
      const why = async () => {
        const { id } = await report(site);
        const found = await service(ClockService).of(agent, id);
        return `${found?.level.name} by ${found?.source} ${found?.contract?.number ?? ''}`.trim();
      };
      const contract = (values: object) =>
        contracts.create(system, customer.id, contractInput.parse({ level_id: silver, valid_from: '2026-01-01', ...values }));
      expect(await why()).to.equal('Gold by customer');
      await contract({ number: 'old', valid_to: '2026-11-26' });
      await contract({ number: 'coming', valid_from: '2026-11-28' });
      expect(await why()).to.equal('Gold by customer');
      const numbered = await contract({ valid_to: '2026-11-27' });
      expect(numbered.number).to.match(/^K-\d+$/);
      expect(await why()).to.equal(`Silver by contract ${numbered.number}`);
      await contract({ number: 'later', level_id: basic, valid_from: '2026-06-01' });
      expect(await why()).to.equal('Basic by contract later');
      await contracts.setLevel(system, customer.id, null);
      const other = await t.make.customer();
      const { id } = await report(await t.make.installation(other.id));
      expect(await service(ClockService).of(agent, id)).to.deep.include({ source: 'standard', level: { id: basic, name: 'Basic' } });
      await service(LevelService).update(system, basic, levelInput.parse({ name: 'Basic', calendar_id: hours, respond_2: 300 }));
      await t.app.jobs.idle();
    });

    it('is decided by the day in the zone of its business hours', async () => {
      const customer = await t.make.customer();
      const site = await t.make.installation(customer.id);
      await service(ContractService).create(system, customer.id, contractInput.parse({ level_id: await level({ respond_2: 60 }), valid_from: '2026-11-28' }));
      at('2026-11-27T22:59');
      expect(await due((await report(site)).id)).to.equal('never');
      at('2026-11-27T23:00');
      expect(await due((await report(site)).id)).to.equal('2026-11-30T08:00');
    });
  });

  describe('when the rules change', () => {
    it('open requests are reckoned anew in the background, those that ended stay as they were', async () => {
      const { site, gold } = await place();
      const [open, ended] = [await report(site), await report(site)];
      at('2026-11-27T10:00');
      await change(ended.id, { status: 'solved' });
      await service(CalendarService).addHolidays(system, hours, [{ day: '2026-11-27', name: 'Bridge day' }]);
      await becomes(open.id, '2026-11-30T09:00');
      expect(await clock(ended.id, 'respond')).to.include({ state: 'met' });
      const [row] = await service(CalendarService).holidays(system, hours);
      await service(CalendarService).removeHoliday(system, hours, row!.id);
      await service(LevelService).update(system, gold, levelInput.parse({ name: 'Gold', calendar_id: hours, respond_2: 180 }));
      await becomes(open.id, '2026-11-27T12:00');
      await eventually(async () => (await service(ClockJobs).progress()) === null, 'the recount ends');
    });

    it('a contract that comes or goes moves the requests of its customer', async () => {
      const { customer, site } = await place();
      const request = await report(site);
      const silver = await level({ name: 'Silver', respond_2: 60 });
      const contract = await service(ContractService).create(system, customer.id, contractInput.parse({ level_id: silver, valid_from: '2026-01-01' }));
      await becomes(request.id, '2026-11-27T10:00');
      await service(ContractService).remove(system, contract.id);
      await becomes(request.id, '2026-11-27T11:00');
    });

    it('goes on where it was stopped, and tells how far it is', async () => {
      const { site, gold } = await place();
      const request = await report(site);
      await t.app.db.run('UPDATE desk_levels SET respond_2 = 30 WHERE id = ?', [gold]);
      await eventually(async () => (await service(ClockJobs).progress()) === null, 'what was begun before has ended');
      // As a node left it that was stopped.
      const { id: run } = await t.app.db.of(Recounts).create({ total: 7, done: 7, last_id: request.id - 1, created_at: new Date(now) });
      const work = (signal: AbortSignal) => service(ClockJobs).work(run, signal);
      const stopped = work(AbortSignal.abort(new Error('stopped')));
      expect(await stopped.catch((error: Error) => error.message)).to.equal('stopped');
      expect(await service(ClockJobs).progress()).to.deep.equal({ total: 8, done: 7 });
      await work(new AbortController().signal);
      expect(await service(ClockJobs).progress()).to.equal(null);
      expect(await due(request.id)).to.equal('2026-11-27T09:30');
    });
  });

  describe('events', () => {
    /** What is told about the next request. */
    const listen = () => {
      const told: string[] = [];
      const heard = (what: string) => (event: { requestId: number; kind: string; dueAt: string }) =>
        void (event.requestId > last && told.push(`${what} ${event.kind} ${event.dueAt.slice(11, 16)}`));
      const undo = [t.app.events.on('desk.request.due-soon', heard('soon')), t.app.events.on('desk.request.overdue', heard('overdue'))];
      return { told, undo: () => undo.forEach((one) => one()) };
    };
    let last = 0;
    /** Three nodes at once. */
    const tick = async () => {
      const signal = new AbortController().signal;
      await Promise.all([service(ClockJobs).tick(signal), service(ClockJobs).tick(signal), service(ClockJobs).tick(signal)]);
      await t.app.events.idle();
    };
    beforeEach(async () => {
      const [row] = await t.app.db.query<{ id: number }>('SELECT MAX(id) AS id FROM desk_requests');
      last = Number(row?.id ?? 0);
    });

    it('due soon and overdue are told once each, whichever node comes first', async () => {
      const { site } = await place({ respond_2: 120 });
      const { told, undo } = listen();
      const request = await report(site);
      await tick();
      expect(told).to.deep.equal([]);
      at('2026-11-27T10:15');
      await tick();
      await tick();
      expect(told).to.deep.equal(['soon respond 11:00']);
      at('2026-11-27T11:05');
      await tick();
      await tick();
      expect(told).to.deep.equal(['soon respond 11:00', 'overdue respond 11:00']);
      expect(await clock(request.id, 'respond')).to.include({ state: 'breached', ended_at: null });
      expect(await due(request.id)).to.equal('2026-11-27T11:00');
      undo();
    });

    it('another due time is told of anew; a late answer before the job comes is told as overdue at once', async () => {
      const { site } = await place({ respond_2: 120, respond_4: 130 });
      const { told, undo } = listen();
      const request = await report(site);
      at('2026-11-27T10:30');
      await tick();
      await change(request.id, { priority: 4 });
      await tick();
      at('2026-11-27T11:30');
      await answer(request.id);
      await tick();
      expect(told).to.deep.equal(['soon respond 11:00', 'soon respond 11:10', 'overdue respond 11:10']);
      expect(await clock(request.id, 'respond')).to.include({ state: 'breached' });
      undo();
    });
  });

  it('is overdue on the list of those who see it; only those who handle it see its clocks', async () => {
    const { customer, site } = await place();
    const { customer: other } = await place();
    const request = await report(site);
    const local = async (permissions: readonly string[], customers: readonly { id: number }[]) => accountActor(await t.make.localStaff(permissions, customers));
    at('2026-11-27T12:00');
    const list = async (actor: Actor) =>
      (await service(RequestService).list(actor, { open: true, due: 'overdue', sort: 'due' })).rows.some((row) => row.id === request.id);
    const rights = ['desk.request.read', 'desk.request.manage', 'customers.customer.read'];
    const [mine, theirs] = [await local(rights, [customer]), await local(rights, [other])];
    expect([await list(agent), await list(mine), await list(theirs)]).to.deep.equal([true, true, false]);
    expect(await service(RequestService).count(mine, { open: true, due: 'overdue' })).to.equal(1);
    const reader = await local(rights.slice(0, 1), [customer]);
    expect(await list(reader)).to.equal(true);
    expect(await service(RequestService).count(theirs, { open: true, due: 'overdue' })).to.equal(0);
    const failure = (actor: Actor) =>
      service(ClockService)
        .of(actor, request.id)
        .catch((error: unknown) => error);
    expect(await failure(theirs)).to.be.instanceOf(NotFoundError);
    expect(await failure(reader)).to.be.instanceOf(ForbiddenError);
  });

  it('a page of a request explains what is promised and why, with the time as text; customers see nothing of it', async () => {
    const { customer, site } = await place();
    const contract = await service(ContractService).create(
      system,
      customer.id,
      contractInput.parse({ number: 'K-<12>', level_id: await level({ name: 'Platinum', respond_2: 120, solve_2: 480 }), valid_from: '2026-01-01' }),
    );
    const anna = await t.make.access(customer.id);
    const request = await report(site, accountActor(anna));
    // Sessions end while nobody uses them.
    const page = async () => (await (await t.client('staff', agentAccount)).get(`/desk/all/${request.id}`)).text;
    expect(await page())
      .to.include('Platinum, 2 h response, 8 h solution, from contract K-&lt;12&gt;')
      .and.to.include('Due in 2 h');
    at('2026-11-27T11:12');
    expect(await page()).to.include('Overdue 12 min');
    await change(request.id, { status: 'waiting' });
    expect(await page())
      .to.include('Waiting for the customer')
      .and.to.include('Paused');
    const portal = await t.client('portal', anna);
    const theirs = (await portal.get(`/reports/${request.id}`)).text;
    expect(theirs).not.to.include('Platinum').and.not.to.include(contract.number);
  });
});
