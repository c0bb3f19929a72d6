import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { createSigningKey, writeLicense } from '../../../core/license/format.js';
import { LicenseFileError } from '../../../core/license/license-error.js';
import { LicenseService, type LicenseServiceOptions } from '../../../core/license/license-service.js';
import { Scope } from '../../../core/plugin/scope.js';
import { developmentKey } from '../../support/license-dev-key.js';
import { licenseFile, licensePayload, memoryLicenseStore } from '../../support/licenses.js';

const start = new Date('2026-03-01T12:00:00Z');
const DAY = 86_400_000;
const seconds = (days: number): number => Math.floor(start.getTime() / 1000) + days * 86_400;

describe('LicenseService', () => {
  let folder: string;
  let scope: Scope;
  let now: Date;
  let warnings: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portico-license-'));
    scope = new Scope('test');
    now = start;
    warnings = [];
  });
  afterEach(async () => {
    await scope.end();
    await rm(folder, { recursive: true });
  });

  async function open(options: Partial<LicenseServiceOptions> = {}, store = memoryLicenseStore(start)) {
    const service = new LicenseService({
      store,
      clock: { now: () => now },
      log: { info: () => undefined, warn: (_data, message) => warnings.push(message) },
      dropInFolder: folder,
      production: false,
      features: () => ['portal', 'calendar', 'statistics'],
      url: () => 'https://help.example.com',
      ...options,
    });
    await service.start(scope);
    return { service, store };
  }
  async function fault(work: () => unknown): Promise<string> {
    try {
      await work();
    } catch (error) {
      if (error instanceof LicenseFileError) return error.fault;
      throw error;
    }
    return 'accepted';
  }
  async function until(condition: () => boolean, ms = 2_000): Promise<number> {
    const from = Date.now();
    while (!condition() && Date.now() - from < ms) await wait(10);
    expect(condition()).to.equal(true);
    return Date.now() - from;
  }

  it('starts in a trial of all modules and installs a license at once', async () => {
    const { service, store } = await open();
    expect(service.module('statistics').state).to.equal('trial');
    let changes = 0;
    service.onChange(() => (changes += 1));
    const text = licenseFile(start);
    await service.install(text);
    expect(store.value.text).to.equal(text);
    expect(changes).to.equal(1);
    expect(service.module('portal').state).to.equal('valid');
    expect(service.module('statistics').usable).to.equal(false);
    expect(service.current().license?.development).to.equal(true);
  });

  it('previews what changes, and when, without changing anything', async () => {
    const { service, store } = await open({}, memoryLicenseStore(start, { text: licenseFile(start), installedAt: new Date(start.getTime() - 40 * DAY) }));
    const text = licenseFile(start, {
      rev: 2,
      modules: [{ id: 'portal', exp: seconds(30) }, { id: 'statistics', nbf: seconds(7) }, { id: 'remote' }],
      limits: { staff: 10 },
    });
    const preview = service.preview(text);
    expect(preview.modules.map(({ feature, effect, at }) => [feature, effect, at.getTime()])).to.deep.equal([
      ['portal', 'shorter', start.getTime()],
      ['calendar', 'lost', start.getTime()],
      ['statistics', 'later', start.getTime() + 7 * DAY],
      ['remote', 'absent', start.getTime()],
    ]);
    expect(preview.limits[0]).to.deep.equal({ kind: 'staff', before: 25, after: 10 });
    expect(store.value.text).to.not.equal(text);
  });

  describe('refuses a bad file with its own sentence and changes nothing', () => {
    const stranger = createSigningKey('stranger');
    const forged = { ...createSigningKey('development') };
    const good = licenseFile(start, { rev: 2, supersedes: ['OLD-1'] });
    const far = seconds(400);
    const cases: Record<string, { text: string; production?: boolean; revoked?: string[] }> = {
      cut: { text: licenseFile(start, { rev: 3 }).slice(0, -40) },
      changed: { text: licenseFile(start, { rev: 3 }, forged) },
      unknownKey: { text: licenseFile(start, { rev: 3 }, stranger) },
      developmentKey: { text: licenseFile(start, { rev: 3 }), production: true },
      expired: { text: licenseFile(start, { rev: 3, nbf: seconds(-10), exp: seconds(-1) }) },
      notYetValid: { text: licenseFile(start, { rev: 3, nbf: seconds(3) }) },
      otherProduct: { text: licenseFile(start).replaceAll('PORTICO', 'GRAFANA') },
      otherVersion: { text: licenseFile(start).replace('v1.', 'v2.') },
      older: { text: licenseFile(start, { rev: 1 }) },
      superseded: { text: licenseFile(start, { id: 'OLD-1', rev: 9, iat: seconds(1) }) },
      inForce: { text: good },
      revoked: { text: licenseFile(start, { id: 'STOLEN', iat: seconds(1), exp: far }), revoked: ['STOLEN'] },
      otherInstance: { text: licenseFile(start, { rev: 3, bind: { to: 'instance', id: 'elsewhere' } }) },
      otherUrl: { text: licenseFile(start, { rev: 3, bind: { to: 'url', url: 'https://other.example.com' } }) },
      tooLarge: { text: `${'#'.repeat(16_384)}\n${licenseFile(start, { rev: 3 })}` },
      notOne: { text: 'Dear customer, your license is on its way.' },
    };
    for (const [expected, { text, production = false, revoked }] of Object.entries(cases)) {
      it(expected, async () => {
        const store = memoryLicenseStore(start, { text: good });
        const { service } = await open({ production, revoked }, store);
        const before = { ...store.value };
        expect(await fault(() => service.install(text))).to.equal(expected);
        expect(await fault(() => service.preview(text))).to.equal(expected);
        expect(store.value).to.deep.equal(before);
      });
    }
    it('another license that was issued earlier is older too', async () => {
      const { service } = await open({}, memoryLicenseStore(start, { text: good }));
      expect(await fault(() => service.install(licenseFile(start, { id: 'ANOTHER', iat: seconds(-1) })))).to.equal('older');
    });
    it('unreadable: signed, but with content that this version does not know', async () => {
      const { service } = await open();
      const payload = licensePayload(start);
      const text = writeLicense(payload, developmentKey);
      const { sign, createPrivateKey } = await import('node:crypto');
      const key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d: developmentKey.privateKey, x: developmentKey.publicKey }, format: 'jwk' });
      for (const json of [
        JSON.stringify({ ...payload, extra: 1 }),
        JSON.stringify(payload).replace('"rev":1', '"rev":1,"rev":2'),
        '[]',
        'null',
        '{',
        JSON.stringify({ ...payload, kind: 'perpetual' }),
      ]) {
        const bytes = Buffer.from(json);
        const signature = sign(null, Buffer.concat([Buffer.from('PORTICO-LICENSE-V1\0development\0'), bytes]), key);
        const line = `v1.development.${bytes.toString('base64url')}.${signature.toString('base64url')}`;
        expect(await fault(() => service.install(text.replace(/v1\..*/, line)))).to.equal('unreadable');
      }
    });
  });

  it('accepts comments outside, Windows line ends and a byte order mark', async () => {
    const { service } = await open();
    await service.install(`\uFEFFFor Fjord Service AB\r\n\r\n${licenseFile(start).replaceAll('\n', '\r\n')}\r\nKind regards\r\n`);
    expect(service.module('portal').state).to.equal('valid');
  });

  it('two files at once: the newer one is in force in the end', async () => {
    const { service, store } = await open();
    const files = [3, 1, 4, 2].map((rev) => licenseFile(start, { rev }));
    await Promise.allSettled(files.map((text) => service.install(text)));
    expect(store.value.text).to.equal(files[2]);
  });

  it('keeps the license in force when the audit entry cannot be written', async () => {
    const store = memoryLicenseStore(start);
    const transaction = async <T>(work: () => Promise<T>): Promise<T> => {
      const before = { ...store.value };
      try {
        return await work();
      } catch (error) {
        store.value = before;
        throw error;
      }
    };
    const { service } = await open({ transaction }, store);
    const failure = await service.install(licenseFile(start), () => Promise.reject(new Error('no audit'))).catch((error: Error) => error.message);
    expect(failure).to.equal('no audit');
    expect(service.current().license).to.equal(null);
    expect(store.value.text).to.equal(null);
  });

  describe('the folder config/license', () => {
    it('KO-01 takes a dropped file within two seconds, without a restart', async () => {
      const dropped: string[] = [];
      const { service, store } = await open({ dropped: (_change, file) => Promise.resolve(void dropped.push(file)) });
      const text = licenseFile(start);
      await writeFile(join(folder, 'new.lic'), text);
      await until(() => service.module('statistics').state === 'none');
      expect(store.value.text).to.equal(text);
      expect(dropped).to.deep.equal(['new.lic']);
    });
    it('takes one that lay there before the start, and no other kind of file', async () => {
      await writeFile(join(folder, 'a.lic'), licenseFile(start));
      await writeFile(join(folder, 'b.txt'), licenseFile(start, { rev: 2, modules: [] }));
      const { service } = await open();
      expect(service.module('portal').state).to.equal('valid');
    });
    it('a bad or older file never replaces the one in force, and the reason is shown', async () => {
      const { service, store } = await open();
      await service.install(licenseFile(start, { rev: 2 }));
      const inForce = store.value.text;
      await writeFile(join(folder, 'old.lic'), licenseFile(start));
      await writeFile(join(folder, 'same.lic'), inForce ?? '');
      await writeFile(join(folder, 'big.lic'), 'x'.repeat(20_000));
      await until(() => service.current().refused.length === 2);
      expect(service.current().refused.map(({ file, error }) => [file, error.fault])).to.deep.equal([
        ['big.lic', 'tooLarge'],
        ['old.lic', 'older'],
      ]);
      expect(store.value.text).to.equal(inForce);
      await rm(join(folder, 'big.lic'));
      await until(() => service.current().refused.length === 1);
    });
    it('takes a file that is too early once its time has come', async () => {
      const { service } = await open();
      await writeFile(join(folder, 'next.lic'), licenseFile(start, { nbf: seconds(2) }));
      await until(() => service.current().refused.length === 1);
      now = new Date(start.getTime() + 2 * DAY);
      await until(() => service.module('portal').state === 'valid');
    });
  });

  it('tells a change by time at the moment it happens', async () => {
    const offset = start.getTime() - Date.now();
    const { service } = await open({ clock: { now: () => new Date(Date.now() + offset) } });
    const text = licenseFile(start, { warnDays: 0, exp: seconds(0) + 2 });
    await service.install(text);
    let told = false;
    service.onChange(() => (told = true));
    await until(() => told, 3_000);
    expect(service.module('portal').state).to.equal('grace');
  }).timeout(5_000);

  it('notices what another node has stored', async () => {
    const { service, store } = await open();
    await store.save({ text: licenseFile(start) });
    await until(() => service.module('portal').state === 'valid');
  });

  it('goes on with the last known license while the database fails, and stops when its scope ends', async () => {
    const store = memoryLicenseStore(start, { text: licenseFile(start) });
    const { service } = await open({}, store);
    store.load = () => Promise.reject(new Error('gone'));
    await service.poll();
    expect(service.module('portal').state).to.equal('valid');
    expect(warnings).to.have.lengthOf(1);
    await scope.end();
    const before = warnings.length;
    await wait(1_200);
    expect(warnings.length).to.equal(before);
  }).timeout(4_000);

  describe('the clock', () => {
    it('turned back: warns, counts by the latest time seen, locks nobody out', async () => {
      const { service } = await open({}, memoryLicenseStore(start, { text: licenseFile(start), lastSeenAt: new Date(start.getTime() + 200 * DAY) }));
      expect(service.module('portal').state).to.equal('valid');
      expect(service.current().clockTurnedBack).to.equal(true);
      expect(warnings).to.deep.equal(['The clock was turned back; licenses count by the latest time seen.']);
      expect(await fault(() => service.install(licenseFile(start, { rev: 2, exp: seconds(100) })))).to.equal('expired');
    });
    it('trusts a time once the clock has run evenly for an hour; a jump by mistake ends nothing', async () => {
      const { service, store } = await open({}, memoryLicenseStore(start, { text: licenseFile(start, { exp: seconds(20) }) }));
      for (const minute of [1, 2, 3]) {
        now = new Date(start.getTime() + 30 * DAY + minute * 60_000);
        await service.poll();
      }
      now = start;
      await service.poll();
      expect(store.value.lastSeenAt).to.deep.equal(start);
      expect(service.module('portal').writable).to.equal(true);
      for (let minute = 0; minute <= 65; minute += 5) {
        now = new Date(start.getTime() + minute * 60_000);
        await service.poll();
      }
      expect(store.value.lastSeenAt.getTime()).to.be.at.least(start.getTime() + 60 * 60_000);
    });
  });

  it('a stored license that no longer counts leaves the modules readable', async () => {
    const old = new Date(start.getTime() - 100 * DAY);
    const text = licenseFile(start);
    const production = await open({ production: true }, memoryLicenseStore(start, { text, installedAt: old }));
    expect(production.service.module('portal').state).to.equal('read-only');
    expect(production.service.current().problem?.key).to.equal('core:license.error.developmentKey');
    const withdrawn = await open({ revoked: ['FS-7Q4M-21KD'] }, memoryLicenseStore(start, { text, installedAt: old }));
    expect(withdrawn.service.module('portal').state).to.equal('revoked');
    const moved = await open({}, memoryLicenseStore(start, { text: licenseFile(start, { bind: { to: 'url', url: 'https://old.example.com/' } }) }));
    expect(moved.service.module('portal').state).to.equal('read-only');
    expect(moved.service.current().problem?.key).to.equal('core:license.error.otherUrl');
  });

  describe('seats', () => {
    it('50 at once for the last seat: one wins', async () => {
      const { service } = await open();
      await service.install(licenseFile(start, { limits: { staff: 25 } }));
      let taken = 24;
      let turn = Promise.resolve();
      const take = (): Promise<void> => {
        const result = turn.then(async () => {
          const used = taken;
          await wait(1);
          service.seats.assertSeat('staff', used);
          taken = used + 1;
        });
        turn = result.catch(() => undefined);
        return result;
      };
      const results = await Promise.allSettled(Array.from({ length: 50 }, take));
      expect(results.filter(({ status }) => status === 'fulfilled')).to.have.lengthOf(1);
      expect(taken).to.equal(25);
      const refusal = results.find((result) => result.status === 'rejected');
      expect(refusal?.reason)
        .to.include({ code: 'license_required', status: 403 })
        .and.nested.include({ 'detail.key': 'core:license.seatsFull.staff', 'detail.vars.limit': 25 });
    });
    it('nothing is limited in the trial or where the license names no limit', async () => {
      const { service } = await open();
      service.seats.assertSeat('staff', 1_000_000);
      await service.install(licenseFile(start));
      service.seats.assertSeat('devices', 1_000_000);
    });
    it('counts what is taken and tells when a module has more than licensed', async () => {
      const { service } = await open();
      let devices = 5;
      service.seats.counter('devices', () => Promise.resolve(devices));
      await service.install(licenseFile(start, { modules: [{ id: 'portal', limits: { devices: 5 } }] }));
      expect(await service.seats.count()).to.deep.equal([
        { kind: 'staff', used: null, limit: 25 },
        { kind: 'devices', used: 5, limit: 5 },
      ]);
      expect(service.module('portal').state).to.equal('valid');
      devices = 6;
      await service.seats.count();
      expect(service.module('portal')).to.include({ state: 'over-limit', writable: true });
    });
  });
});
