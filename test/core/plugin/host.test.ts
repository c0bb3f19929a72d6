import { expect } from 'chai';
import { Scope } from '../../../core/plugin/scope.js';
import { hostWorld, type PluginSource, type World } from './host-world.js';

describe('plugin host (KO-01, PL-01..PL-04)', () => {
  let world: World;
  const start = async (sources: Record<string, PluginSource>, change = {}): Promise<World> => {
    world = await hostWorld(sources, change);
    await world.host.reconcile();
    return world;
  };
  afterEach(() => world.remove());

  it('starts required plugins first and stops dependants first', async () => {
    await start({ app: { manifest: { requires: ['base'] } }, base: {} });
    expect(world.log.filter((line) => line.endsWith('active'))).to.deep.equal(['base: active', 'app: active']);
    world.log.length = 0;
    await world.host.setEnabled('base', false);
    expect(world.log.filter((line) => line.endsWith('undone'))).to.deep.equal(['app is undone', 'base is undone']);
    expect([world.state('base'), world.state('app')]).to.deep.equal(['disabled', 'blocked']);
    expect(world.reason('app')).to.deep.equal({ key: 'core:reason.blocked', vars: { needed: 'base' } });
    await world.host.setEnabled('base', true);
    expect([world.state('base'), world.state('app')]).to.deep.equal(['active', 'active']);
  });

  it('migrates before it imports, and imports nothing of a plugin that must not run', async () => {
    world = await hostWorld({ free: {}, paid: {} });
    world.licenses.set('paid', 'none');
    await world.host.reconcile();
    expect(world.log).to.include.members(['free migrates', 'free registers']);
    expect(
      world.log.filter((line) => line.startsWith('paid ')),
      'paid',
    ).to.deep.equal([]);
    expect(world.reason('paid')).to.deep.equal({ key: 'core:reason.license.none' });
    expect(world.log.indexOf('free migrates')).to.be.lessThan(world.log.indexOf('free registers'));
  });

  it('follows the license at the next reconcile, in both directions', async () => {
    await start({ paid: {} });
    for (const [license, state] of [
      ['none', 'unlicensed'],
      ['read-only', 'active'],
      ['pending', 'unlicensed'],
      ['grace', 'active'],
    ] as const) {
      world.licenses.set('paid', license);
      await world.host.reconcile();
      expect(world.state('paid'), license).to.equal(state);
    }
  });

  it('undoes what a plugin added newest first, waits for its requests, and only then takes its services away', async () => {
    await start({ one: { register: "for (const n of [1, 2, 3]) ctx.scope.add(() => ctx.note('undo ' + n));" } });
    world.log.length = 0;
    await world.host.setEnabled('one', false);
    expect(world.log).to.deep.equal(['one: stopping', 'undo 3', 'undo 2', 'undo 1', 'one is undone', 'one drains', 'one loses its services', 'one: disabled']);
  });

  it('a step of the undo that throws does not keep the others from running', async () => {
    await start({ one: { register: "ctx.scope.add(() => ctx.note('first')); ctx.scope.add(() => { throw new Error('cannot'); });" } });
    await world.host.setEnabled('one', false);
    expect(world.log).to.include.members(['first', 'one is undone', 'one: disabled']);
  });

  it('reconciles one after the other, and doing it again changes nothing', async () => {
    world = await hostWorld({ slow: { register: "ctx.note('begin'); await new Promise((done) => setTimeout(done, 20)); ctx.note('end');" } });
    await Promise.all(Array.from({ length: 10 }, () => world.host.reconcile()));
    expect(world.log.filter((line) => line === 'begin')).to.have.length(1);
    const before = [...world.log];
    await world.host.reconcile();
    expect(world.log).to.deep.equal(before);
    await Promise.all([
      world.host.setEnabled('slow', false),
      world.host.setEnabled('slow', true),
      world.host.setEnabled('slow', false),
      world.host.setEnabled('slow', true),
    ]);
    expect(world.state('slow')).to.equal('active');
    const parts = world.log.filter((line) => line === 'begin' || line === 'end');
    expect(
      parts.every((line, at) => line === (at % 2 === 0 ? 'begin' : 'end')),
      parts.join(),
    ).to.equal(true);
  });

  it('three faults in ten minutes take a licensed plugin out of service; trying again brings it back', async () => {
    await start({ shaky: {}, dependant: { manifest: { requires: ['shaky'] } }, builtin: { manifest: { license: undefined } } });
    for (const id of ['shaky', 'shaky', 'builtin', 'builtin', 'builtin', 'builtin']) world.host.fault(id, new Error('boom'));
    await world.host.reconcile();
    expect([world.state('shaky'), world.state('builtin')]).to.deep.equal(['active', 'active']);
    world.host.fault('shaky', new Error('boom'));
    await world.host.reconcile();
    expect(world.state('shaky')).to.equal('quarantined');
    expect(world.reason('shaky')).to.deep.equal({ key: 'core:reason.quarantined', vars: { error: 'boom' } });
    expect(world.state('dependant')).to.equal('blocked');
    await world.host.reconcile();
    expect(world.state('shaky'), 'stays until somebody or the clock tries again').to.equal('quarantined');
    await world.host.retry('shaky');
    expect([world.state('shaky'), world.state('dependant')]).to.deep.equal(['active', 'active']);
  });

  it('a plugin that does not start in time is given up: what it still adds is undone at once', async () => {
    await start(
      { hangs: { start: "await new Promise((done) => setTimeout(done, 80)); ctx.scope.add(() => ctx.note('late undo'));" }, other: {} },
      { startLimit: 40 },
    );
    expect(world.reason('hangs')).to.deep.equal({ key: 'core:reason.failed', vars: { error: 'did not start within 0.04 s' } });
    expect(world.log).to.include('hangs is undone');
    expect(world.state('other')).to.equal('active');
    await new Promise((done) => setTimeout(done, 100));
    expect(world.log).to.include('late undo');
  });

  it('what fails stays failed until somebody asks again', async () => {
    await start({ fails: { register: "ctx.note('tried'); throw new Error('no room');" } });
    expect(world.reason('fails')).to.deep.equal({ key: 'core:reason.failed', vars: { error: 'no room' } });
    await world.host.reconcile();
    expect(world.log.filter((line) => line === 'tried')).to.have.length(1);
    await world.host.retry('fails');
    expect(world.log.filter((line) => line === 'tried')).to.have.length(2);
  });

  it('safe mode starts built-in plugins only and says so', async () => {
    await start({ paid: {}, builtin: { manifest: { license: undefined } } }, { safeMode: true });
    expect([world.state('builtin'), world.state('paid')]).to.deep.equal(['active', 'disabled']);
    expect(world.reason('paid')).to.deep.equal({ key: 'core:reason.safeMode' });
  });

  it('a built-in plugin has no switch', async () => {
    await start({ builtin: { manifest: { license: undefined } } });
    await world.host.setEnabled('builtin', false);
    expect(world.state('builtin')).to.equal('active');
  });

  it('closing stops everything, and nothing starts after it', async () => {
    await start({ base: {}, app: { manifest: { requires: ['base'] } } });
    await world.host.close();
    expect(world.log.filter((line) => line.endsWith('undone'))).to.deep.equal(['app is undone', 'base is undone']);
    await world.host.setEnabled('app', true);
    expect(world.state('app')).not.to.equal('active');
  });
});

describe('scope', () => {
  it('leaves a step behind that never ends, and goes on', async () => {
    const scope = new Scope('test', 50);
    const log: string[] = [];
    scope.add(() => void log.push('first'));
    scope.add(() => new Promise(() => undefined));
    const failures = (await scope.end()) as Error[];
    expect(log).to.deep.equal(['first']);
    expect(failures.map((failure) => failure.message)).to.deep.equal(['did not end within 0.05 s']);
  });

  it('ends newest first, reports failures, and undoes at once what is added later', async () => {
    const log: string[] = [];
    const scope = new Scope('test');
    scope.add(() => void log.push('a'));
    scope.add(() => Promise.reject(new Error('b fails')));
    scope.add(() => void log.push('c'));
    const failures = await scope.end();
    expect(log).to.deep.equal(['c', 'a']);
    expect(failures.map(String)).to.deep.equal(['Error: b fails']);
    expect(scope.signal.aborted).to.equal(true);
    scope.add(() => void log.push('late'));
    expect(log).to.deep.equal(['c', 'a', 'late']);
    expect(scope.size).to.equal(0);
  });
});
