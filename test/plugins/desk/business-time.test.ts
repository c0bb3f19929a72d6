import { expect } from 'chai';
import { BusinessTime, weekMinutes, type BusinessHours, type WeekInterval } from '../../../plugins/desk/clocks/business-time.js';

const minute = 60_000;
/** Zones that change by an hour, by half an hour, at midnight, in the southern summer, not at all, and one that skipped a day. */
const zones = [
  'Europe/Stockholm',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'America/Sao_Paulo',
  'America/Havana',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'UTC',
];
/** Days around which clocks change in one of them. */
const changes = [
  '2026-03-29',
  '2026-10-25',
  '2026-03-08',
  '2026-11-01',
  '2026-04-05',
  '2026-10-04',
  '2018-11-04',
  '2018-02-18',
  '2011-12-30',
  '2025-03-02',
  '2010-11-07',
];

/** Numbers that are the same in every run (mulberry32). */
function seeded(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % most;
  };
}

function randomHours(random: (most: number) => number): WeekInterval[] {
  if (random(4) === 0) return [0, 1, 2, 3, 4].map((day) => ({ from: day * 1440 + 480, to: day * 1440 + 1020 }));
  return Array.from({ length: random(9) }, () => {
    const from = random(weekMinutes);
    // Up to two days long: over midnight, over Sunday, over each other.
    return { from, to: from + 1 + random(random(3) === 0 ? 2880 : 600) };
  });
}

/** One minute after the other, each asked by itself what the clocks show: shares no code with what it checks. */
class ByTheMinute {
  readonly #clock: Intl.DateTimeFormat;
  readonly #open = new Uint8Array(weekMinutes);
  readonly #holidays: Set<string>;

  constructor({ timeZone, hours, holidays }: BusinessHours) {
    this.#clock = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      weekday: 'short',
      dateStyle: undefined,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    for (const { from, to } of hours) for (let at = from; at < to; at++) this.#open[at % weekMinutes] = 1;
    this.#holidays = new Set(holidays);
  }

  isOpen(at: number): boolean {
    const part: Record<string, string> = {};
    for (const { type, value } of this.#clock.formatToParts(at)) part[type] = value;
    if (this.#holidays.has(`${part['year']}-${part['month']}-${part['day']}`)) return false;
    const weekday = ['mån', 'tis', 'ons', 'tors', 'fre', 'lör', 'sön'].indexOf(part['weekday'] ?? '');
    return this.#open[weekday * 1440 + Number(part['hour']) * 60 + Number(part['minute'])] === 1;
  }
}

describe('business time', function () {
  this.timeout(120_000);
  const office: BusinessHours = {
    timeZone: 'Europe/Stockholm',
    hours: [0, 1, 2, 3, 4].map((day) => ({ from: day * 1440 + 480, to: day * 1440 + 1020 })),
    holidays: ['2026-12-25'],
  };

  it('agrees with a count minute by minute on 2,000 random calendars and moments, over changes of the clocks, holidays and midnights', () => {
    const random = seeded(20_261_127);
    let open = 0;
    for (let round = 0; round < 2000; round++) {
      const near = Date.parse(`${changes[random(changes.length)]}T00:00Z`);
      const start = near + (random(3 * 1440) - 1440) * minute;
      const length = round % 100 === 0 ? 5 * 1440 : 60 + random(600);
      const holidays = Array.from({ length: random(4) }, () => new Date(near + (random(12) - 2) * 1440 * minute).toISOString().slice(0, 10));
      const rules = { timeZone: zones[random(zones.length)]!, hours: randomHours(random), holidays };
      const [time, reference] = [new BusinessTime(rules), new ByTheMinute(rules)];
      const told = `round ${round}: ${JSON.stringify(rules)} from ${new Date(start).toISOString()} for ${length} min`;

      const opened: number[] = [];
      for (let at = start; at < start + length * minute; at += minute) if (reference.isOpen(at)) opened.push(at);
      open += opened.length;
      expect(time.between(new Date(start), new Date(start + length * minute)), told).to.equal(opened.length * minute);
      if (opened.length === 0) continue;
      expect(time.nextOpen(new Date(start))?.getTime(), told).to.equal(opened[0]);
      const wanted = 1 + random(opened.length);
      // The last of the wanted minutes is over one minute after it began.
      expect(time.add(new Date(start), wanted * minute)?.getTime(), told).to.equal(opened[wanted - 1]! + minute);
    }
    expect(open).to.be.greaterThan(100_000);
  });

  it('adds and measures alike: the time between a moment and the moment after it is what was added, also years ahead', () => {
    const random = seeded(7);
    for (let round = 0; round < 1000; round++) {
      const rules = { timeZone: zones[random(zones.length)]!, hours: randomHours(random), holidays: [] };
      const time = new BusinessTime(rules);
      const from = new Date(Date.parse('2026-01-01T00:00Z') + random(525_600) * minute + random(60_000));
      const ms = random(60 * 24 * 90) * minute + random(60_000);
      const to = time.add(from, ms);
      if (rules.hours.length === 0 && ms > 0) expect(to).to.equal(null);
      else if (to) expect(time.between(from, to)).to.equal(ms);
    }
  });

  it('an hour that summer time skips does not count, one that winter time repeats counts twice', () => {
    const night = new BusinessTime({ timeZone: 'Europe/Stockholm', hours: [{ from: 6 * 1440 + 60, to: 6 * 1440 + 240 }], holidays: [] });
    const sunday = (day: string): number => night.between(new Date(Date.parse(`${day}T00:00Z`) - 180 * minute), new Date(`${day}T12:00Z`)) / minute;
    expect([sunday('2026-03-22'), sunday('2026-03-29'), sunday('2026-10-25')]).to.deep.equal([180, 120, 240]);
  });

  it('a target that ends with the working day is due then, not the next morning; a holiday is left out', () => {
    const time = new BusinessTime(office);
    const due = (from: string, hours: number) => time.add(new Date(from), hours * 60 * minute)?.toISOString();
    expect(due('2026-12-24T07:00:00Z', 9)).to.equal('2026-12-24T16:00:00.000Z');
    expect(due('2026-12-24T15:00:00Z', 2)).to.equal('2026-12-28T08:00:00.000Z');
    expect(time.nextOpen(new Date('2026-12-24T16:00:00Z'))?.toISOString()).to.equal('2026-12-28T07:00:00.000Z');
  });

  it('costs little processor time per call', () => {
    const time = new BusinessTime(office);
    const from = new Date('2026-11-27T08:14:00Z');
    const measure = (name: string, calls: number, work: (round: number) => unknown): number => {
      const begin = process.cpuUsage();
      for (let round = 0; round < calls; round++) work(round);
      const { user, system } = process.cpuUsage(begin);
      const each = (user + system) / calls;
      console.log(`      ${name}: ${each.toFixed(2)} µs CPU per call`);
      return each;
    };
    const at = (round: number) => new Date(from.getTime() + (round % 10_000) * minute);
    measure('first use of a calendar, 8 h added', 200, () => new BusinessTime(office).add(from, 480 * minute));
    const most = [
      measure('2 h added', 50_000, (round) => time.add(at(round), 120 * minute)),
      measure('30 working days added', 20_000, (round) => time.add(at(round), 30 * 540 * minute)),
      measure('time between over a week', 50_000, (round) => time.between(from, new Date(from.getTime() + (round % 10_080) * minute))),
    ];
    expect(Math.max(...most)).to.be.lessThan(500);
  });
});
