import { expect } from 'chai';
import { createTestApp, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

describe('Roles and explanations by REST', function () {
  this.timeout(30_000);
  let t: TestApp;
  let admin: Client;
  let bo: { id: number };
  before(async () => {
    t = await createTestApp();
    admin = await t.client('staff', await t.make.staff('administrator'));
    bo = await t.make.staff('agent', 'Bo Berg');
  });
  after(() => t.close());
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await admin.api(method, path, body);
    return { status: answer.status, body: (answer.text === '' ? null : answer.json()) as Record<string, never> & { id: string } };
  };

  it('are listed, created, changed with a dry run first, and deleted', async () => {
    const made = await call('POST', '/roles', { name: 'Planner', copyOf: 'agent' });
    expect([made.status, made.body['name']]).to.deep.equal([201, 'Planner']);
    const { id } = made.body;
    await t.app.accounts.setRoles((await import('../../support/app.js')).system, bo.id, [id]);
    const wanted = { permissions: ['desk.order.read'], idleMinutes: 15 };
    const dry = await call('PATCH', `/roles/${id}`, { ...wanted, dryRun: true });
    const lost = (answer: typeof dry) =>
      (answer.body as unknown as { effect: { permissions: { permission: string; change: string; accounts: object[] }[] } }).effect.permissions;
    expect(lost(dry).find((one) => one.permission === 'desk.order.manage')).to.deep.equal({
      permission: 'desk.order.manage',
      change: 'lost',
      accounts: [{ id: bo.id, name: 'Bo Berg' }],
    });
    expect((await call('GET', `/roles/${id}`)).body['idleMinutes']).to.equal(null);
    expect(lost(await call('PATCH', `/roles/${id}`, wanted))).to.deep.equal(lost(dry));
    expect((await call('GET', `/roles/${id}`)).body).to.deep.include({ ...wanted, accounts: 1 });
    expect((await call('PATCH', `/roles/${id}`, { idleMinutes: 0 })).status).to.equal(422);
    expect((await call('PATCH', `/roles/${id}`, { nonsense: 1 })).status).to.equal(422);
    expect((await call('DELETE', `/roles/${id}`)).status, 'it is the only role of Bo').to.equal(422);
    expect((await call('DELETE', `/roles/${id}?replacement=agent`)).status).to.equal(200);
    expect((await call('GET', `/roles/${id}`)).status).to.equal(404);
    expect((await call('GET', '/roles')).body['items']).to.have.length(2);
  });

  it('answer why, and who', async () => {
    const why = await call('GET', `/explain?account=${bo.id}&permission=desk.order.read`);
    expect(why.body['allowed']).to.equal(true);
    expect(JSON.stringify(why.body)).to.contain('“Agent” gives it.');
    const customer = await t.make.customer();
    const anna = await t.make.access(customer.id);
    const who = await call('GET', `/explain/readers?object=customers.customer:${customer.id}`);
    expect((who.body['items'] as { id: number }[]).map((one) => one.id))
      .to.include(bo.id)
      .and.not.include(anna.id);
    expect((await call('GET', '/explain?account=999999&permission=desk.order.read')).status).to.equal(404);
  });

  it('a token gives no more than it holds itself', async () => {
    const agent = await t.client('staff', bo);
    expect((await agent.api('GET', '/roles')).status).to.equal(403);
    expect((await agent.api('GET', `/explain?account=${bo.id}&permission=desk.order.read`)).status).to.equal(403);
    const account = (await t.app.accounts.listStaff()).find((one) => one.id !== bo.id)!;
    const token = { id: 1, name: 'Narrow', permissions: new Set(['core.accounts.manage', 'desk.order.read']), readOnly: false };
    const actor = { kind: 'staff', account, onBehalfOf: null, sessionId: null, channel: 'api', ip: null, token } as const;
    const error = await t.app.roleService
      .change(actor, new Map([['agent', { permissions: ['core.settings.manage'] }]]))
      .catch((failed: { code: string }) => failed);
    expect(error).to.include({ code: 'forbidden' });
  });
});
