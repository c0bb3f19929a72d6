import { expect } from 'chai';
import { effectiveNow, moduleTerm, moduleTerms, type Situation } from '../../../core/license/states.js';
import { licensePayload } from '../../support/licenses.js';

const start = new Date('2026-01-01T00:00:00Z');
const day = (n: number): Date => new Date(start.getTime() + n * 86_400_000);
const seconds = (n: number): number => day(n).getTime() / 1000;
const at = (n: number, change: Partial<Situation> = {}): Situation => ({
  license: licensePayload(start, {
    exp: seconds(100),
    modules: [{ id: 'a' }, { id: 'late', nbf: seconds(10) }, { id: 'short', exp: seconds(50) }, { id: 'small', limits: { devices: 5 } }],
  }),
  trialUntil: day(30),
  now: day(n),
  trusted: day(n),
  ...change,
});

describe('states of a licensed module', () => {
  const table: [string, Situation, string, boolean, boolean, Date | null][] = [
    ['not named in the license', at(1), 'none', false, false, null],
    ['well within the term', at(1), 'valid', true, true, day(100)],
    ['a moment before the warning', at(69.999), 'valid', true, true, day(100)],
    ['30 days before the end', at(70), 'expiring', true, true, day(100)],
    ['at the end', at(100), 'grace', true, true, day(114)],
    ['the last day of grace', at(113.9), 'grace', true, true, day(114)],
    ['after the grace', at(114), 'read-only', true, false, day(100)],
    ['withdrawn by the vendor', at(1, { hold: 'revoked' }), 'revoked', true, false, day(100)],
    ['bound to another installation', at(1, { hold: 'read-only' }), 'read-only', true, false, day(100)],
  ];
  for (const [title, situation, state, usable, writable, until] of table) {
    it(`${title}: ${state}`, () => {
      const { next: _next, ...term } = moduleTerm(state === 'none' ? 'unknown' : 'a', situation);
      expect(term).to.deep.equal({ state, usable, writable, until });
    });
  }

  it('a module that starts later is pending, unless the trial still runs', () => {
    expect(moduleTerm('late', at(5, { trialUntil: day(0) }))).to.deep.equal({
      state: 'pending',
      usable: false,
      writable: false,
      until: day(10),
      next: day(10),
    });
    expect(moduleTerm('late', at(5))).to.include({ state: 'trial', writable: true });
    expect(moduleTerm('late', at(10)).state).to.equal('valid');
  });
  it('a module may end before the license', () => expect(moduleTerm('short', at(51)).state).to.equal('grace'));
  it('more devices than licensed: existing work goes on', () => {
    expect(moduleTerm('small', at(1, { used: { devices: 6 } }))).to.include({ state: 'over-limit', usable: true, writable: true });
    expect(moduleTerm('small', at(1, { used: { devices: 5 } })).state).to.equal('valid');
  });
  it('a perpetual license has no end', () => {
    const license = licensePayload(start, { kind: 'perpetual', exp: undefined, modules: [{ id: 'a' }] });
    expect(moduleTerm('a', at(3000, { license }))).to.deep.equal({ state: 'valid', usable: true, writable: true, until: null, next: null });
  });
  it('a trial license says trial', () => {
    const license = licensePayload(start, { kind: 'trial', exp: seconds(60), graceDays: 0, modules: [{ id: 'a' }] });
    expect(moduleTerm('a', at(59, { license })).state).to.equal('trial');
    expect(moduleTerm('a', at(60, { license })).state).to.equal('read-only');
  });
  it('a fresh installation is in a trial of all modules for 30 days, then readable', () => {
    expect(moduleTerm('anything', at(29.9, { license: null }))).to.include({ state: 'trial', writable: true });
    expect(moduleTerm('anything', at(30, { license: null }))).to.include({ state: 'read-only', usable: true, writable: false });
  });
  it('tells the next change of all modules', () => {
    expect(moduleTerms(['a', 'late', 'short'], at(1)).next).to.deep.equal(day(10));
    expect(moduleTerms(['a', 'short'], at(40)).next).to.deep.equal(day(50));
  });
});

describe('a clock that was turned back', () => {
  it('gains a day at most', () => {
    expect(effectiveNow({ now: day(10), trusted: day(50) })).to.deep.equal(day(49));
    expect(moduleTerm('a', at(0, { trusted: day(130) })).state).to.equal('read-only');
  });
  it('never locks out what has already started', () => expect(moduleTerm('a', at(-30, { trusted: day(1) })).state).to.equal('valid'));
  it('survives daylight saving: an hour changes nothing', () =>
    expect(moduleTerm('a', at(50, { trusted: new Date(day(50).getTime() + 3_600_000) })).state).to.equal('valid'));
});
