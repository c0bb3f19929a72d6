import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createApp } from '../../../core/app.js';
import { webhookInput } from '../../../core/webhooks/types.js';
import { createTestApp, system } from '../../support/app.js';
import { onMysql } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { Receiver } from '../../support/receiver.js';

const loopback = { outgoing: { allow: ['loopback'] } };
const created = 'customers.customer.created';

describe('webhooks in the face of crashes, nodes and private addresses', function () {
  this.timeout(60_000);
  let to: Receiver;
  before(async () => {
    to = await Receiver.start();
  });
  beforeEach(() => void (to.received.length = 0));
  after(() => to.stop());
  const input = (more: object = {}) => webhookInput.parse({ name: 'All', url: to.url, events: ['core.setting.changed', created], active: true, ...more });

  it('what was committed before a crash, and what was cut off while it was sent, arrives after the restart', async () => {
    let held = 0;
    to.answer = () => void (held += 1);
    const one = await createTestApp({ config: loopback });
    const { app, dataDir } = one;
    const { config } = app;
    await app.webhooks.webhooks.create(system, input());
    await one.make.customer();
    await eventually(() => held === 1, 'the request is under way');
    await app.close();
    // A server that dies between commit and delivery: it never starts to deliver.
    const dying = await createApp({ config, licenseDir: join(dataDir, 'license'), announce: false });
    await dying.settings.set(system, { 'core.companyPhone': '+46 40 1' });
    await dying.db.run(
      "UPDATE core_webhook_deliveries SET status = 'sending', attempts = 1, lease = 'dead', next_at = ? WHERE event = 'core.setting.changed'",
      [new Date()],
    );
    await dying.close();
    to.answer = (res) => void res.end();
    const two = await createTestApp({ config });
    await eventually(() => to.received.length === 3, 'both, one for the second time');
    const ids = to.received.map(({ json }) => json.id);
    expect(to.received.map(({ json }) => json.event).sort()).to.deep.equal(['core.setting.changed', created, created]);
    expect(ids.filter((id) => id === ids[0])).to.have.length(2);
    await two.close();
    await one.close();
  });

  it('D4 private addresses are refused unless the operator allows them, and nothing is sent', async () => {
    const t = await createTestApp();
    const { webhooks, deliveries } = t.app.webhooks;
    const port = new URL(to.url).port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, '169.254.169.254', '10.0.0.1', `[::1]:${port}`, '[::ffff:127.0.0.1]', '2130706433']) {
      const { webhook } = await webhooks.create(system, input({ url: `http://${host}/hook` }));
      const { state, answer } = await deliveries.test(system, webhook.id);
      expect([host, state]).to.deep.equal([host, 'failed']);
      expect(answer, host).to.contain('is a private address');
    }
    for (const url of ['ftp://example.test/', 'javascript:alert(1)', 'https://user:secret@example.test/', 'https://', 'file:///etc/passwd'])
      expect(webhookInput.safeParse({ name: 'x', url, events: [created] }).success, url).to.equal(false);
    expect(to.received).to.deep.equal([]);
    await t.close();
  });

  if (onMysql)
    it('two nodes deliver each event once, and both know a new webhook within a second', async () => {
      to.answer = (res) => void setTimeout(() => res.end(), 20);
      const one = await createTestApp({ config: loopback });
      const dataDir = mkdtempSync(join(tmpdir(), 'portico-node-'));
      copyFileSync(join(one.dataDir, 'secret.key'), join(dataDir, 'secret.key'));
      const two = await createTestApp({ config: { ...loopback, database: one.app.config.database, dataDir } });
      await one.app.webhooks.webhooks.create(system, input());
      await eventually(() => two.app.versions.poll().then(() => true), 'the other node looks');
      const nodes = [one, two];
      await Promise.all(Array.from({ length: 40 }, (_, i) => nodes[i % 2]!.make.customer()));
      const done = () => one.app.db.query("SELECT id FROM core_webhook_deliveries WHERE status = 'delivered'");
      await eventually(async () => (await done()).length === 40, 'all are delivered', 20_000);
      const ids = to.received.map(({ json }) => json.id);
      expect([ids.length, new Set(ids).size]).to.deep.equal([40, 40]);
      await two.close();
      await one.close();
      rmSync(dataDir, { recursive: true, force: true });
    });
});
