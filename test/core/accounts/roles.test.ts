import { expect } from 'chai';
import { administrator } from '../../../core/accounts/roles.js';
import type { Account } from '../../../core/accounts/types.js';
import type { PermissionId } from '../../../core/plugin/manifest.js';
import { createWorld, failure, type World } from './accounts-world.js';

const id = (permission: string): PermissionId => permission as PermissionId;

describe('Roles of staff', () => {
  let world: World;
  let anna: Account;
  let bo: Account;
  beforeEach(async () => {
    world = await createWorld();
    anna = await world.registered('staff', 'anna@example.com', { roles: [administrator] });
    bo = await world.registered('staff', 'bo@example.com', { roles: ['agent'] });
  });
  afterEach(() => world.drop());

  const service = () => world.accounts.roles;
  const change = (
    role: string,
    input: Parameters<ReturnType<typeof service>['change']>[1] extends ReadonlyMap<string, infer I> ? I : never,
    by = world.system,
  ) => service().change(by, new Map([[role, input]]));
  const may = (account: Account, permission: string) => world.access.can(world.actor(account), id(permission));
  const audited = (action: string) => world.audited.filter((entry) => entry.action === action);

  it('are created as a copy, changed, renamed and deleted, each with one audit row, and act on the next question', async () => {
    const role = await service().create(world.actor(anna), { name: ' Planner ', copyOf: 'agent' });
    expect(role).to.include({ name: 'Planner', builtIn: false, allCustomers: true });
    await world.accounts.setRoles(world.actor(anna), bo.id, [role.id]);
    expect([await may(bo, 'desk.order.plan'), await may(bo, 'desk.order.delete')]).to.deep.equal([true, false]);
    await change(role.id, { name: 'Night shift', permissions: ['desk.order.delete'] }, world.actor(anna));
    expect([await may(bo, 'desk.order.plan'), await may(bo, 'desk.order.delete')]).to.deep.equal([false, true]);
    expect(audited('core.role.changed').map(({ before, after }) => [before, after])).to.deep.equal([
      [
        { name: 'Planner', permissions: 'desk.order.read, desk.order.plan' },
        { name: 'Night shift', permissions: 'desk.order.delete' },
      ],
    ]);
    expect((await failure(service().remove(world.actor(anna), role.id, ''))).fields, 'it is the only role of Bo').to.have.property('replacement');
    await service().remove(world.actor(anna), role.id, 'agent');
    expect((await world.roles.of([bo.id])).get(bo.id)).to.deep.equal(['agent']);
    expect(audited('core.role.created').length + audited('core.role.deleted').length).to.equal(2);
  });

  it('show what a change means, for whom, before it is made: other roles may hold the same', async () => {
    const eva = await world.registered('staff', 'eva@example.com', { roles: ['agent'] });
    const planner = await service().create(world.system, { name: 'Planner', copyOf: 'agent' });
    await world.accounts.setRoles(world.system, eva.id, ['agent', planner.id]);
    const plan = await service().plan(world.actor(anna), new Map([['agent', { permissions: ['desk.order.read', 'desk.order.delete'] }]]));
    expect(plan.roles[0]?.change).to.deep.include({ gained: ['desk.order.delete'], lost: ['desk.order.plan'] });
    expect(plan.people.map((one) => [one.permission, one.change, one.accounts.map((account) => account.name)])).to.deep.equal([
      ['desk.order.plan', 'lost', ['bo']],
      ['desk.order.delete', 'gained', ['bo', 'eva']],
    ]);
    expect(await may(bo, 'desk.order.plan'), 'nothing is written yet').to.equal(true);
    expect((await world.accounts.planRoles(world.actor(anna), bo.id, [])).people).to.have.length(2);
  });

  it('can be limited to administered customers, and the plan says who has less then', async () => {
    const plan = await service().plan(world.system, new Map([['agent', { allCustomers: false }]]));
    expect(plan.people.map((one) => [one.permission, one.change])).to.deep.equal([
      ['desk.order.read', 'narrowed'],
      ['desk.order.plan', 'narrowed'],
    ]);
    await change('agent', { allCustomers: false });
    world.access.source(async (account) => (account.id === bo.id ? [{ permission: '*', scope: { customer: [7] }, why: { key: 'test' } }] : []));
    const plan7 = (customer: number) => world.access.can(world.actor(bo), id('desk.order.plan'), { customer });
    expect([await plan7(7), await plan7(8)]).to.deep.equal([true, false]);
  });

  it('are taken back by undo, also deleted ones, unless something came after it', async () => {
    const role = await service().create(world.system, { name: 'Planner', copyOf: 'agent' });
    const first = await change(role.id, { permissions: [], idleMinutes: 5 });
    await service().revert(world.actor(anna), first.undo);
    expect((await service().get(world.system, role.id)).idleMinutes).to.equal(null);
    expect((await service().get(world.system, role.id)).changes.size).to.equal(2);
    await world.accounts.setRoles(world.system, bo.id, [role.id]);
    const gone = await service().remove(world.system, role.id, 'agent');
    await service().revert(world.actor(anna), gone.undo);
    expect((await world.roles.of([bo.id])).get(bo.id)).to.deep.equal([role.id]);
    const second = await change(role.id, { permissions: [] });
    await change(role.id, { idleMinutes: 7 });
    expect((await failure(service().revert(world.actor(anna), second.undo))).code).to.equal('changed_meanwhile');
    expect((await failure(service().revert(world.actor(anna), 999))).code).to.equal('not_found');
  });

  it('nobody gives what they do not hold themselves, by whatever way, except administrators', async () => {
    const office = await service().create(world.system, { name: 'Office', copyOf: '' });
    await change(office.id, { permissions: ['core.accounts.manage', 'desk.order.read'], allCustomers: false });
    const eva = world.actor(await world.registered('staff', 'eva@example.com', { roles: [office.id] }));
    const refused = [
      () => change(office.id, { permissions: ['core.accounts.manage', 'desk.order.read', 'core.settings.manage'] }, eva),
      () => change(office.id, { allCustomers: true }, eva),
      () => service().create(eva, { name: 'Mine', copyOf: 'agent' }),
      () => world.accounts.setRoles(eva, eva.account!.id, [office.id, 'agent']),
      () => world.accounts.create(eva, { kind: 'staff', name: 'X', email: 'x@example.com', roles: ['agent'] }),
      () => service().plan(eva, new Map([['agent', { permissions: ['core.settings.manage'] }]])),
    ];
    for (const attempt of refused) expect((await failure(attempt())).code).to.equal('forbidden');
    const taken = await world.accounts.setRoles(world.actor(anna), bo.id, []);
    expect((await failure(service().revert(eva, taken.undo))).code, 'undo gives too').to.equal('forbidden');
    await service().create(eva, { name: 'Smaller', copyOf: office.id });
    await change(office.id, { permissions: ['core.accounts.manage'] }, eva);
    expect((await failure(service().list(world.actor(bo)))).code, 'agents do not see roles').to.equal('forbidden');
  });

  it('the administrator holds all and is not changed; at least one remains; built-in roles are not deleted', async () => {
    await change(administrator, { permissions: [], allCustomers: false, idleMinutes: 20 });
    expect(await may(anna, 'core.settings.manage')).to.equal(true);
    expect(await service().get(world.system, administrator)).to.include({ idleMinutes: 20, allCustomers: true });
    expect((await failure(world.accounts.setRoles(world.actor(anna), anna.id, ['agent']))).code).to.equal('last_administrator');
    for (const role of [administrator, 'agent']) expect((await failure(service().remove(world.actor(anna), role, 'agent'))).code).to.equal('forbidden');
  });

  it('a form that was opened before somebody else changed the role does not take that back', async () => {
    const all = await service().list(world.system);
    const { fingerprint } = await import('../../../core/accounts/role-state.js');
    const seen = fingerprint(all.find((role) => role.id === 'agent')!);
    await change('agent', { permissions: ['desk.order.read'] });
    expect((await failure(change('agent', { permissions: [], fingerprint: seen }))).fields).to.have.property('');
  });

  it('names are needed, short, without control characters, and unique', async () => {
    await service().create(world.system, { name: 'Planner', copyOf: '' });
    for (const name of ['', '   ', 'x'.repeat(61), 'a\nb', 'planner'])
      expect((await failure(service().create(world.system, { name, copyOf: '' }))).fields).to.have.property('name');
    for (const idleMinutes of [0, 1.5, 1441, Number.NaN]) expect((await failure(change('agent', { idleMinutes }))).fields).to.have.property('idle_minutes');
  });

  it('KO-11 the shortest time-out of the site and of a person’s roles counts, from the next request on', async () => {
    const session = async (account: Account) => (await world.sessions.create({ accountId: account.id, site: 'staff', ip: null, agent: null })).token;
    const [annas, bos] = [await session(anna), await session(bo)];
    world.pass(8);
    expect((await world.sessions.find(bos, 'staff', 60))?.idleMinutes).to.equal(60);
    expect(await world.sessions.find(annas, 'staff', 60)).to.not.equal(null);
    world.pass(8);
    await change('agent', { idleMinutes: 5 });
    expect(await world.sessions.find(bos, 'staff', 60), 'eight minutes are too long now').to.equal(null);
    expect((await world.sessions.find(annas, 'staff', 60))?.idleMinutes).to.equal(60);
    const again = await session(bo);
    await change('agent', { idleMinutes: 90 });
    expect((await world.sessions.find(again, 'staff', 60))?.idleMinutes, 'never longer than the site').to.equal(60);
  });
});
