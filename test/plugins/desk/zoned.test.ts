import 'reflect-metadata';
import { expect } from 'chai';
import { toLocalInput, toUtc, trailOf } from '../../../plugins/desk/api.js';
import { dayOf } from '../../../plugins/customers/zoned.js';

describe('times typed in a zone', () => {
  const iso = (local: string, zone: string) => toUtc(local, zone)?.toISOString() ?? null;

  it('turns the time of a person into UTC and back, in summer and winter', () => {
    expect(iso('2026-07-01T09:30', 'Europe/Stockholm')).to.equal('2026-07-01T07:30:00.000Z');
    expect(iso('2026-12-01T09:30', 'Europe/Stockholm')).to.equal('2026-12-01T08:30:00.000Z');
    expect(iso('2026-12-01T09:30', 'America/St_Johns')).to.equal('2026-12-01T13:00:00.000Z');
    expect(toLocalInput(new Date('2026-12-01T08:30:00Z'), 'Europe/Stockholm')).to.equal('2026-12-01T09:30');
    expect(toLocalInput(null, 'UTC')).to.equal('');
  });

  it('moves a time that a clock change skips, and takes one that happens twice', () => {
    expect(iso('2026-03-29T02:30', 'Europe/Stockholm')).to.equal('2026-03-29T01:30:00.000Z');
    expect(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']).to.include(iso('2026-10-25T02:30', 'Europe/Stockholm'));
    expect(iso('2026-03-29T03:30', 'Europe/Stockholm')).to.equal('2026-03-29T01:30:00.000Z');
  });

  it('refuses what is no time', () => {
    for (const text of ['', 'tomorrow', '2026-02-30T10:00', '2026-12-01T25:00', '2026-12-01']) expect(iso(text, 'UTC'), text).to.equal(null);
  });

  it('knows when a day of a zone starts and ends, also when it has 25 hours', () => {
    const day = dayOf(new Date('2026-10-25T12:00:00Z'), 'Europe/Stockholm');
    expect(day.from.toISOString()).to.equal('2026-10-24T22:00:00.000Z');
    expect(day.to.toISOString()).to.equal('2026-10-25T23:00:00.000Z');
  });
});

describe('trail of an order', () => {
  const states = (status: Parameters<typeof trailOf>[0]['status']) =>
    trailOf({ status })
      .map((step) => step.state)
      .join(' ');

  it('shows where the matter stands in four steps', () => {
    expect(states('new')).to.equal('current todo todo todo');
    expect(states('planned')).to.equal('done current todo todo');
    expect(states('on-the-way')).to.equal('done current todo todo');
    expect(states('on-site')).to.equal('done done current todo');
    expect(states('done')).to.equal('done done done done');
    expect(states('rejected')).to.equal('');
  });
});
