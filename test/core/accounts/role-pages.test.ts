import { expect } from 'chai';
import { createTestApp, type TestApp } from '../../support/app.js';
import { valuesOf, type Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { openSocket } from '../../support/socket.js';

const form = (text: string, action: string): Record<string, string | string[]> => {
  const all = [...text.matchAll(/<form\b[\s\S]*?<\/form>/g)].map(([html]) => html).filter((html) => html.includes(`action="${action}"`));
  return valuesOf(all.at(-1) ?? '');
};
const list = (value: string | string[] | undefined): string[] => [value ?? []].flat();

describe('Roles: the pages', function () {
  this.timeout(30_000);
  let t: TestApp;
  let admin: Client;
  let agent: { id: number; name: string };
  before(async () => {
    t = await createTestApp();
    admin = await t.client('staff', await t.make.staff('administrator'));
    agent = await t.make.staff('agent', 'Bo Berg');
  });
  after(() => t.close());

  it('a matrix of all roles and permissions by module; saving shows whom it concerns, then Apply writes it, and undo takes it back', async () => {
    const bo = await t.client('staff', agent);
    expect((await bo.get('/orders')).status).to.equal(200);
    const page = await admin.get('/settings/roles');
    const values = form(page.text, '/settings/roles');
    expect(list(values['grants'])).to.include('agent:desk.order.read');
    const grants = [...list(values['grants']).filter((one) => one !== 'agent:desk.order.read'), 'agent:core.audit.read'];
    const effect = await admin.post('/settings/roles', { ...values, grants });
    expect(effect.text).to.contain('Read the audit log').and.contain('1 account gains it').and.contain('Bo Berg').and.contain('1 account loses it');
    expect((await bo.get('/orders')).status, 'nothing is written yet').to.equal(200);
    const back = await admin.post('/settings/roles', { ...form(effect.text, '/settings/roles'), step: 'edit' });
    expect(list(form(back.text, '/settings/roles')['grants']), 'what was ticked is still ticked').to.include('agent:core.audit.read');
    const applied = await admin.post('/settings/roles', { ...form(effect.text, '/settings/roles'), step: 'apply' });
    expect(applied.location).to.equal('/settings/roles');
    expect([(await bo.get('/orders')).status, (await bo.get('/settings/audit')).status], 'on the next request').to.deep.equal([403, 200]);
    const undo = /action="(\/settings\/roles\/undo\/\d+)"/.exec((await admin.get('/settings/roles')).text)?.[1] ?? '';
    expect((await admin.post(undo)).status).to.equal(303);
    expect([(await bo.get('/orders')).status, (await bo.get('/settings/audit')).status]).to.deep.equal([200, 403]);
    expect((await admin.post(undo)).status, 'once').to.equal(409);
  });

  it('what is wrong comes back with all that was typed; a stale form is told so', async () => {
    const made = await admin.post('/settings/roles/new', { name: 'Technician', copyOf: 'agent' });
    const values = form((await admin.get(made.location ?? '')).text, '/settings/roles');
    const wrong = await admin.post('/settings/roles', { ...values, idle_minutes: '0', name: 'Technicians', grants: ['core.audit.read'] });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.contain('1 to 1440 minutes').and.contain('value="Technicians"');
    expect((await admin.post('/settings/roles', { ...values, step: 'apply', idle_minutes: '15' })).status).to.equal(303);
    const stale = await admin.post('/settings/roles', { ...values, step: 'apply', idle_minutes: '20' });
    expect(stale.status).to.equal(422);
    expect(stale.text).to.contain('changed this role meanwhile').and.contain('value="20"');
    expect((await admin.post('/settings/roles/new', { name: 'technician', copyOf: '' })).text).to.contain('already a role');
  });

  it('a role that somebody holds is deleted only with a replacement, and says who holds it', async () => {
    const made = await admin.post('/settings/roles/new', { name: 'Temporary', copyOf: 'agent' });
    const id = made.location?.split('/').at(-1) ?? '';
    const eva = await t.make.staff('agent', 'Eva Ek');
    await admin.post(`/settings/accounts/${eva.id}`, { roles: [id], step: 'apply' });
    const page = await admin.get(`/settings/roles/${id}/delete`);
    expect(page.text).to.contain('Eva Ek').and.contain('only role');
    expect((await admin.post(`/settings/roles/${id}/delete`)).status).to.equal(422);
    expect((await admin.post(`/settings/roles/${id}/delete`, { replacement: 'agent' })).location).to.equal('/settings/roles');
    expect((await admin.get(`/settings/roles/${id}`)).status).to.equal(404);
    expect((await admin.get(`/settings/accounts?q=Eva`)).text).to.contain('Agent');
    for (const role of ['agent', 'administrator']) expect((await admin.get(`/settings/roles/${role}/delete`)).status).to.equal(403);
  });

  it('new roles of an account are shown as their effect first, and its page names the administered customers', async () => {
    const effect = await admin.post(`/settings/accounts/${agent.id}`, { roles: ['agent', 'administrator'] });
    expect(effect.text).to.contain('New roles of Bo Berg').and.contain('Change settings');
    expect((await t.app.roles.of([agent.id])).get(agent.id)).to.deep.equal(['agent']);
    expect((await admin.get(`/settings/accounts/${agent.id}`)).text).to.contain('Administered customers');
  });

  it('the agent goes back to its standard by one button', async () => {
    const values = form((await admin.get('/settings/roles/agent')).text, '/settings/roles');
    await admin.post('/settings/roles', { ...values, grants: [], step: 'apply' });
    const page = await admin.get('/settings/roles/agent');
    const reset = [...page.text.matchAll(/<form\b[\s\S]*?<\/form>/g)].map(([html]) => html).find((html) => html.includes('Reset to standard')) ?? '';
    await admin.post('/settings/roles', { ...valuesOf(reset), step: 'apply' });
    const agentRole = (await t.app.roles.list()).find((role) => role.id === 'agent');
    expect(agentRole?.changes.size).to.equal(0);
    expect((await admin.get('/settings/roles/agent')).text).not.to.contain('Reset to standard');
  });

  it('A3 sockets follow within 5 s: what a role may no longer see is not told any more', async () => {
    const bo = await t.client('staff', agent);
    const customer = await t.make.customer();
    const socket = await openSocket(bo);
    socket.socket.emit('watch', ['desk.orders:all']);
    const tell = (): Promise<void> => t.app.db.transaction(async () => t.app.realtime.touch('desk.orders', 'all'));
    await eventually(async () => {
      await tell();
      return socket.hints.length > 0;
    }, 'a hint');
    const values = form((await admin.get('/settings/roles/agent')).text, '/settings/roles');
    await admin.post('/settings/roles', { ...values, grants: ['agent:customers.customer.read'], step: 'apply' });
    const start = Date.now();
    let seen = -1;
    while (seen !== socket.hints.length && Date.now() - start < 5_000) {
      seen = socket.hints.length;
      await tell();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(Date.now() - start).to.be.below(5_000);
    await tell();
    expect(socket.hints.length).to.equal(seen);
    expect((await bo.get(`/customers/${customer.id}`)).status, 'the session itself goes on').to.equal(200);
    socket.close();
  });
});
