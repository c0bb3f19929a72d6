import { expect } from 'chai';
import { createTestApp, type TestApp } from '../../support/app.js';

describe('a fault report travels from the portal to an order', () => {
  let test: TestApp;
  before(async () => {
    test = await createTestApp();
  });
  after(() => test.close());

  it('KO-19 KO-20 a customer reports, staff plans an order, the customer sees it', async () => {
    const customer = await test.make.customer();
    const place = await test.make.installation(customer.id);
    const person = await test.make.access(customer.id);
    const agent = await test.make.staff('agent');
    const portal = await test.client('portal', person);
    const home = await portal.get('/');
    expect(home.status).to.equal(200);
    const answer = await portal.upload('/report', { installation_id: place.id, text: 'Printer stops after two pages', urgency: 2 }, []);
    expect(answer.status, answer.text).to.equal(303);
    expect(answer.location).to.match(/^\/reports\/\d+$/);
    expect((await portal.get(answer.location!)).text).to.contain('Printer stops after two pages');

    const staff = await test.client('staff', agent);
    const list = await staff.get('/desk/reports');
    expect(list.status, list.text).to.equal(200);
    expect(list.text).to.contain('Printer stops after two pages');
  });
});

describe('what is refused', () => {
  let test: TestApp;
  before(async () => {
    test = await createTestApp();
  });
  after(() => test.close());

  it('E3 leaves exactly one entry in the audit log when somebody tries to change what they may not', async () => {
    const agent = await test.make.staff('agent');
    const staff = await test.client('staff', agent);
    const answer = await staff.post('/settings/modules/portal', { enabled: '0', confirmed: '1' });
    expect(answer.status).to.equal(403);
    const rows = await test.app.db.query("SELECT actor, object_id FROM core_audit WHERE action = 'core.access.denied'");
    expect(rows).to.deep.equal([{ actor: agent.id, object_id: 'POST /settings/modules/:id' }]);
  });
});
