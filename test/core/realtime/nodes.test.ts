import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { AccessRegister } from '../../../plugins/customers/api.js';
import { RequestService, reportInput } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { onMysql } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { openSocket } from '../../support/socket.js';

// Two servers need a database that both can open: the embedded one belongs to one server.
if (onMysql) {
  describe('two nodes on one MariaDB and one Redis', () => {
    let one: TestApp;
    let two: TestApp;
    let otherDir: string;
    before(async () => {
      const redis = { url: process.env['PORTICO_TEST_REDIS'] ?? 'redis://127.0.0.1:6379' };
      one = await createTestApp({ config: { redis } });
      otherDir = mkdtempSync(join(tmpdir(), 'portico-node-'));
      two = await createTestApp({ config: { redis, database: one.app.config.database, dataDir: otherDir } });
    });
    after(async () => {
      await two.close();
      await one.close();
      rmSync(otherDir, { recursive: true, force: true });
    });

    it('a report made on one node reaches a page that is open on the other', async () => {
      const customer = await one.make.customer();
      const place = await one.make.installation(customer.id);
      const person = await one.make.access(customer.id);
      const agent = await one.make.staff('administrator');
      const { socket, hints, close } = await openSocket(await two.client('staff', agent));
      socket.emit('watch', ['desk.reports:all']);
      await eventually(async () => {
        const portal = await one.client('portal', person);
        await portal.upload('/report', { installation_id: place.id, text: 'No heat', urgency: 3 }, []);
        return hints.includes('desk.reports:all');
      }, 'the hint on the other node');
      close();
    });

    it('who is at a request on one node is named on the other, and gone there too when the page closes', async () => {
      const customer = await one.make.customer();
      const person = await one.make.access(customer.id);
      const [agent, other] = [await one.make.staff('administrator'), await one.make.staff('agent', 'Peter Horváth')];
      const report = await one.app
        .service('desk', RequestService)
        .report(accountActor(person), reportInput.parse({ customer_id: customer.id, text: 'No heat' }));
      const topic = `desk.request:${report.id}`;
      const here = await two.client('staff', agent);
      const { socket, hints, close } = await openSocket(here);
      const there = await openSocket(await one.client('staff', other));
      const seen = async () => (await here.get(`/presence?of=${topic}`, { 'hx-request': 'true' })).text;
      socket.emit('presence', topic, 'views');
      there.socket.emit('presence', topic, 'types');
      await eventually(async () => (await seen()).includes('Peter Horváth is typing'), 'the other node names him', 3_000);
      expect(hints).to.include(`presence:${topic}`);
      there.close();
      await eventually(async () => !(await seen()).includes('Peter Horváth'), 'gone on the other node', 3_000);
      close();
    });

    it('PL-04 PL-06 a module switched and a setting changed on one node act on the other within 2 s', async () => {
      await one.app.settings.set(system, { 'portal.answerHours': 7 });
      await one.app.host.setEnabled('portal', false);
      await eventually(() => two.app.settings.get('portal.answerHours') === 7 && two.app.sites.port('portal') === null, 'the other node follows', 3_000);
      await one.app.host.setEnabled('portal', true);
      await eventually(() => two.app.sites.port('portal') !== null, 'the other node follows back', 3_000);
    });

    it('a right taken on one node ends what is watched on the other within 5 s', async () => {
      const customer = await one.make.customer();
      const person = await one.make.access(customer.id);
      const { socket, close } = await openSocket(await two.client('portal', person));
      const register = one.app.service('customers', AccessRegister);
      socket.emit('watch', [`desk.orders:c${customer.id}`]);
      await register.remove(system, person.accessId);
      const page = await eventually(
        async () => {
          const answer = await (await two.client('portal', person)).get('/installations');
          return answer.status !== 200 && answer;
        },
        'the page is refused',
        5_000,
      );
      expect(page.status).to.equal(403);
      close();
    });
  });
}
