import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SettingKey } from '../../../core/plugin/manifest.js';
import { InvalidInputError } from '../../../core/errors.js';
import { guardCoreSettings } from '../../../core/settings/core-guards.js';
import { HistoryTable, SettingTable } from '../../../core/settings/tables.js';
import { admin, agent, createTestDatabase, openSettings, type Bench, type TestDatabase } from './support.js';

const canary = 'smtp://user:canary-secret-7f3a@mail.example.com:587';
const failure = async (work: Promise<unknown>): Promise<Error & { fields?: Record<string, unknown>; code?: string }> =>
  work.then(
    () => expect.fail('nothing was thrown'),
    (error: Error) => error,
  );

describe('Settings', () => {
  let place: TestDatabase;
  let bench: Bench;
  beforeEach(async () => {
    place = await createTestDatabase();
    bench = await openSettings(place);
  });
  afterEach(async () => {
    bench.service.close();
    await place.drop();
  });

  it('stand at their defaults until they are changed', () => {
    expect(bench.service.get('core.companyName')).to.equal('');
    expect(bench.service.get('core.staffTimeout')).to.equal(60);
    expect(bench.service.states('core').every((state) => !state.changed)).to.equal(true);
  });

  it('act at once and survive a restart', async () => {
    await bench.service.set(admin, { 'core.companyName': 'Fjord Service', 'core.staffTimeout': 15, 'core.languages': ['sv', 'en'] });
    expect(bench.service.get('core.companyName')).to.equal('Fjord Service');
    const restarted = await openSettings(place);
    expect(restarted.service.get('core.staffTimeout')).to.equal(15);
    expect(restarted.service.get('core.languages')).to.deep.equal(['en', 'sv']);
    restarted.service.close();
  });

  it('write one history and one audit entry for each change, none for what stays the same', async () => {
    await bench.service.set(admin, { 'core.companyName': 'Fjord', 'core.staffTimeout': 60 });
    const [row, ...more] = await bench.service.history('core.companyName');
    expect(more).to.have.length(0);
    expect(row).to.include({ key: 'core.companyName', before: null, after: '"Fjord"', account_id: 1 });
    expect(row?.at).to.deep.equal(new Date('2026-11-22T08:00:00.000Z'));
    expect(bench.audit).to.deep.equal([
      {
        action: 'core.setting.changed',
        object: { kind: 'core.setting', id: 'core.companyName', name: 'core.companyName' },
        before: { 'core.companyName': null },
        after: { 'core.companyName': 'Fjord' },
      },
    ]);
    expect(bench.events).to.deep.equal([{ keys: ['core.companyName'] }]);
  });

  it('name every wrong field at once and store nothing', async () => {
    const error = await failure(
      bench.service.change(admin, { 'core.staffTimeout': 0, 'core.companyEmail': 'x', 'core.companyName': 'Fjord', 'core.nothing': 1, ['__proto__x']: 2 }),
    );
    expect(error).to.be.instanceOf(InvalidInputError);
    expect(Object.keys(error.fields ?? {})).to.have.members(['core.staffTimeout', 'core.companyEmail', 'core.nothing', '__proto__x']);
    expect(bench.service.get('core.companyName')).to.equal('');
    expect(await place.db.of(SettingTable).count()).to.equal(0);
  });

  it('are refused to those who may not manage them', async () => {
    expect((await failure(bench.service.set(agent, { 'core.companyName': 'x' }))).code).to.equal('forbidden');
    expect((await failure(bench.service.revert(agent, 1))).code).to.equal('forbidden');
  });

  it('ask their guards before anything is stored', async () => {
    const undo = bench.service.guard('core.staffTimeout', async (value) => {
      if (value === 13) throw new InvalidInputError({ '': { key: 'core:settings.error.kind' } });
    });
    const error = await failure(bench.service.set(admin, { 'core.staffTimeout': 13, 'core.companyName': 'Fjord' }));
    expect(error.fields).to.deep.equal({ 'core.staffTimeout': { key: 'core:settings.error.kind' } });
    expect(bench.service.get('core.companyName')).to.equal('');
    undo();
    await bench.service.set(admin, { 'core.staffTimeout': 13 });
    expect(bench.service.get('core.staffTimeout')).to.equal(13);
  });

  it('refuse a time zone, mail server or list of languages that cannot work', async () => {
    guardCoreSettings(bench.service);
    const error = await failure(bench.service.set(admin, { 'core.timeZone': 'Mars/Base', 'core.mailServer': 'http://x', 'core.languages': [] }));
    expect(Object.keys(error.fields ?? {})).to.have.members(['core.timeZone', 'core.mailServer', 'core.languages']);
    await bench.service.set(admin, { 'core.timeZone': 'Europe/Bratislava', 'core.mailServer': 'smtps://mail.example.com' });
  });

  it('tell their listeners after the commit, and not about a change that was rolled back', async () => {
    const told: string[] = [];
    bench.service.onChange('core.companyName', (value) => void told.push(value));
    await failure(
      place.db.transaction(async () => {
        await bench.service.set(admin, { 'core.companyName': 'Lost' });
        throw new Error('rolled back');
      }),
    );
    expect(bench.service.get('core.companyName')).to.equal('');
    await bench.service.set(admin, { 'core.companyName': 'Kept' });
    await new Promise(setImmediate);
    expect(told).to.deep.equal(['Kept']);
  });

  it('go on when a listener throws', async () => {
    bench.service.onChange('core.companyName', () => Promise.reject(new Error('listener')));
    await bench.service.set(admin, { 'core.companyName': 'Fjord' });
    await new Promise(setImmediate);
    expect(bench.logged.join()).to.contain('A listener of a setting failed');
  });

  it('keep a secret out of rows, history, audit, states and the log', async () => {
    await bench.service.set(admin, { 'core.mailServer': canary });
    expect(bench.service.get('core.mailServer')).to.equal(canary);
    const rows = [await place.db.of(SettingTable).findAll({ raw: true }), await place.db.of(HistoryTable).findAll({ raw: true })];
    const seen = JSON.stringify([rows, bench.audit, bench.events, bench.service.states(), bench.logged]);
    expect(seen).not.to.contain('canary');
    expect((await bench.service.history('core.mailServer'))[0]).to.include({ before: null, after: 'true' });
    expect(statSync(join(place.dataDir, 'secret.key')).mode & 0o777).to.equal(0o600);
    const restarted = await openSettings(place);
    expect(restarted.service.get('core.mailServer')).to.equal(canary);
    restarted.service.close();
  });

  it('remove a secret for good when it is emptied', async () => {
    await bench.service.set(admin, { 'core.mailServer': canary });
    await bench.service.set(admin, { 'core.mailServer': '' });
    expect(bench.service.get('core.mailServer')).to.equal('');
    expect(await place.db.of(SettingTable).count()).to.equal(0);
    expect((await bench.service.history('core.mailServer'))[0]).to.include({ before: 'true', after: null });
  });

  it('do not decrypt a secret that was moved to another place or key', async () => {
    await bench.service.set(admin, { 'core.mailServer': canary });
    writeFileSync(join(place.dataDir, 'secret.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
    const restarted = await openSettings(place);
    expect(restarted.service.get('core.mailServer')).to.equal('');
    expect(restarted.logged.join()).to.contain('core.mailServer').and.not.contain('canary');
    restarted.service.close();
  });

  it('are reverted from the history, back to a value or to the default', async () => {
    await bench.service.set(admin, { 'core.companyName': 'One' });
    await bench.service.set(admin, { 'core.companyName': 'Two' });
    const [second, first] = await bench.service.history('core.companyName');
    await bench.service.revert(admin, second?.id ?? 0);
    expect(bench.service.get('core.companyName')).to.equal('One');
    await bench.service.revert(admin, first?.id ?? 0);
    expect(bench.service.get('core.companyName')).to.equal('');
    expect(await bench.service.history('core.companyName')).to.have.length(4);
    expect((await failure(bench.service.revert(admin, 999))).code).to.equal('not_found');
  });

  it('cannot revert a secret, because nobody keeps the old one', async () => {
    await bench.service.set(admin, { 'core.mailServer': canary });
    const [row] = await bench.service.history('core.mailServer');
    expect((await failure(bench.service.revert(admin, row?.id ?? 0))).code).to.equal('conflict');
  });

  it('changed on one node are seen by the other, listeners included', async () => {
    const other = await openSettings(place);
    const told: string[] = [];
    other.service.onChange('core.companyName', (value) => void told.push(value));
    await bench.service.set(admin, { 'core.companyName': 'Everywhere' });
    await other.poll();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(other.service.get('core.companyName')).to.equal('Everywhere');
    expect(told).to.deep.equal(['Everywhere']);
    other.service.close();
  });

  it('of a plugin that is off stay as they are, and count again when it is on', async () => {
    const decls = { color: { type: 'color', default: '#000000' } } as const;
    const off = bench.service.declare('sample', decls);
    await bench.service.change(admin, { 'sample.color': '#ffffff' });
    off();
    expect(() => bench.service.get('sample.color' as SettingKey)).to.throw(/not declared/);
    expect((await failure(bench.service.change(admin, { 'sample.color': '#111111' }))).fields).to.have.key('sample.color');
    await bench.service.load();
    bench.service.declare('sample', decls);
    expect(bench.service.get('sample.color' as SettingKey)).to.equal('#ffffff');
  });

  it('fall back to the default, with a line in the log, when what is stored does not fit', async () => {
    const now = new Date();
    await place.db.of(SettingTable).create({ key: 'core.staffTimeout', value: '99999', updated_at: now, updated_by: null });
    await place.db.of(SettingTable).create({ key: 'core.companyName', value: '{broken', updated_at: now, updated_by: null });
    await bench.service.load();
    expect(bench.service.get('core.staffTimeout')).to.equal(60);
    expect(bench.service.get('core.companyName')).to.equal('');
    expect(bench.logged).to.have.length(2);
    await bench.service.set(admin, { 'core.staffTimeout': 30 });
    expect(bench.service.get('core.staffTimeout')).to.equal(30);
  });

  it('share one key file, however many processes start at once', async () => {
    const text = readFileSync(join(place.dataDir, 'secret.key'), 'utf8');
    const others = await Promise.all([openSettings(place), openSettings(place)]);
    expect(readFileSync(join(place.dataDir, 'secret.key'), 'utf8')).to.equal(text);
    for (const { service } of others) service.close();
  });
});
