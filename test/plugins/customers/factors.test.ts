import { expect } from 'chai';
import { Factors } from '../../../core/accounts/factors/models.js';
import { createTestApp, type TestApp } from '../../support/app.js';

describe('second factors of customers', () => {
  let t: TestApp;
  before(async () => {
    t = await createTestApp();
  });
  after(() => t.close());

  const local = (...customers: { id: number }[]) => t.make.localStaff(['customers.customer.read', 'customers.access.manage'], customers);
  const give = (account: { id: number }) => t.app.db.of(Factors).create({ account_id: account.id, kind: 'email', name: 'Mail', created_at: new Date() });
  const held = (account: { id: number }) => t.app.db.of(Factors).count({ where: { account_id: account.id } });

  it('DX-05 staff who manage the access reset them after a confirmation: audited, mailed, signed out', async () => {
    const customer = await t.make.customer();
    const person = await t.make.access(customer.id);
    await give(person);
    const staff = await t.client('staff', await local(customer));
    const portal = await t.client('portal', person);
    const path = `/customers/${customer.id}/accesses/${person.accessId}`;
    expect((await staff.get(path)).text)
      .to.include(`action="${path}/reset-factors"`)
      .and.to.include('<dialog id="reset-factors"');
    await t.app.db.run('UPDATE core_sessions SET confirmed_at = ? WHERE account_id <> ?', [new Date(0), person.id]);
    await t.app.sessions.refresh();
    expect((await staff.post(`${path}/reset-factors`)).location, 'who has not just shown who they are').to.match(/^\/confirm/);
    expect(await held(person)).to.equal(1);
    await t.app.db.run('UPDATE core_sessions SET confirmed_at = ?', [new Date()]);
    await t.app.sessions.refresh();
    expect((await staff.post(`${path}/reset-factors`)).location).to.equal(path);
    expect(await held(person)).to.equal(0);
    expect((await portal.get('/')).location).to.match(/^\/sign-in/);
    const log = await t.app.db.query("SELECT object_id FROM core_audit WHERE action = 'core.account.factors-reset'");
    expect(log).to.have.length(1);
    const mails = await t.app.db.query("SELECT id FROM core_outbox WHERE template = 'core.factors-reset' AND account_id = ?", [person.id]);
    expect(mails).to.have.length(1);
  });

  it('DX-05 an account with accesses at several customers is reset only by who manages all of them, by REST too', async () => {
    const [one, other] = [await t.make.customer(), await t.make.customer()];
    const person = await t.make.access(one.id, { name: 'Berta Both' });
    await t.make.access(other.id, { name: 'Berta Both' });
    await give(person);
    const path = `/accesses/${person.accessId}/second-factors`;
    const [some, none] = [await t.client('staff', await local(one)), await t.client('staff', await local())];
    const refused = await some.api('DELETE', path);
    expect([refused.status, (refused.json() as { title: string }).title]).to.deep.equal([
      403,
      'This person also has accesses at customers that you do not manage. Ask somebody who manages all of them.',
    ]);
    expect((await none.api('DELETE', path)).status).to.be.oneOf([403, 404]);
    const all = await local(one, other);
    const token = await (await t.program('staff', all)).api('DELETE', path);
    expect([token.status, (token.json() as { code: string }).code], 'a token cannot confirm').to.deep.equal([403, 'step_up_required']);
    expect(await held(person)).to.equal(1);
    expect((await (await t.client('staff', all)).api('DELETE', path)).status).to.equal(204);
    expect(await held(person)).to.equal(0);
  });
});
