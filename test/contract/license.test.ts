import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outRoot, projectRoot } from '../../core/paths.js';
import { createTestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { licenseFile } from '../support/licenses.js';

const root = (name: string) => ({ code: join(outRoot, `test/fixtures/plugins/${name}`), assets: join(projectRoot, `test/fixtures/plugins/${name}`) });

describe('the license decides what runs (KO-04, PL-03, security §4)', function () {
  this.timeout(60_000);

  it('code that is not licensed is never imported; a license that names it starts it without a restart', async () => {
    const licenseDir = mkdtempSync(join(tmpdir(), 'portico-license-'));
    writeFileSync(join(licenseDir, 'bought.lic'), licenseFile(new Date(), { modules: [{ id: 'portal' }] }));
    const t = await createTestApp({ licenseDir, pluginRoots: [root('unbought')] });
    try {
      const state = () => t.app.host.list().find((one) => one.id === 'never-bought')?.state;
      expect(t.app.license.current().license?.payload.modules).to.deep.equal([{ id: 'portal' }]);
      expect(state()).to.equal('unlicensed');
      await t.app.host.retry('never-bought');
      await t.app.host.setEnabled('never-bought', true);
      expect(globalThis).not.to.have.property('neverBoughtWasImported');
      await t.app.license.install(licenseFile(new Date(), { rev: 2, modules: [{ id: 'portal' }, { id: 'never-bought' }] }));
      await eventually(() => state() === 'active', 'the bought module');
      expect(globalThis).to.have.property('neverBoughtWasImported', true);
    } finally {
      await t.close();
      rmSync(licenseDir, { recursive: true });
    }
  });

  it('an end in the middle of requests: no answer of 5xx, then writing is refused while reading, export and deletion work; a new license ends it', async () => {
    let shift = 0;
    const now = () => new Date(Date.now() + shift);
    const t = await createTestApp({ clock: { now }, pluginRoots: [root('working')] });
    try {
      const modules = ['portal', 'everything', 'leaning', 'quiet'].map((id) => ({ id }));
      await t.app.license.install(licenseFile(now(), { modules, exp: Math.floor(now().getTime() / 1000) + 60, warnDays: 0, graceDays: 0 }));
      const client = await t.client('staff', await t.make.staff('administrator'));
      const { id: customerId } = await t.make.customer();
      const place = await t.make.installation(customerId);
      const report = { text: 'It drips', urgency: 2, installation_id: place.id };
      const access = await t.make.access(customerId);
      const customer = await t.client('portal', access);
      const seen = new Map<string, Set<string>>();
      let ended = false;
      const note = async (name: string, answer: Promise<{ status: number }>) => {
        const when = ended ? 'after' : 'before';
        const { status } = await answer;
        const statuses = seen.get(`${name} ${when}`) ?? new Set<string>();
        seen.set(`${name} ${when}`, statuses.add(String(status)));
      };
      const round = () =>
        Promise.all([
          note('page', client.get('/everything')),
          note('read', client.api('GET', '/everything')),
          note('export', client.api('GET', '/everything/export')),
          note('delete', client.api('DELETE', '/everything')),
          note('write', client.api('POST', '/everything')),
          note('portal', customer.get('/')),
          note('report', customer.post('/report', report)),
        ]);
      for (let i = 0; i < 30; i += 1) {
        const running = round();
        if (i === 15) {
          // While these are under way.
          shift = 61_000;
          void t.app.license.poll();
        }
        await running;
        if (i === 15) ended = true;
      }
      expect([...(seen.get('write before') ?? []), ...(seen.get('report before') ?? [])], 'worked until then').to.include.members(['200', '303']);
      for (const [name, statuses] of seen) for (const status of statuses) expect(Number(status), name).to.be.lessThan(500);
      const after = (name: string) => [...(seen.get(`${name} after`) ?? [])];
      for (const name of ['page', 'read', 'export', 'delete', 'portal']) expect(after(name), name).to.deep.equal(['200']);
      for (const name of ['write', 'report']) expect(after(name), name).to.deep.equal(['403']);
      expect((await client.api('POST', '/everything')).json()).to.deep.include({ status: 403, code: 'license_required' });
      expect((await customer.post('/report', report)).text).to.include('license');
      for (const { id, state } of t.app.host.list()) expect([id, state]).to.deep.equal([id, 'active']);

      await t.app.license.install(licenseFile(now(), { rev: 2, modules }));
      expect((await client.api('POST', '/everything')).status).to.equal(200);
      expect((await customer.post('/report', report)).status).to.equal(303);
    } finally {
      await t.close();
    }
  });
});
