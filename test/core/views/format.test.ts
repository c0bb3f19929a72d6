import { expect } from 'chai';
import sinon from 'sinon';
import { createFormatter } from '../../../core/views/format.js';

describe('formatter', () => {
  let clock: sinon.SinonFakeTimers | null = null;
  const at = (now: string): void => void (clock = sinon.useFakeTimers({ now: new Date(now), toFake: ['Date'] }));
  afterEach(() => {
    clock?.restore();
    clock = null;
  });
  const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

  it("shows a moment in the reader's time zone, before and after the clocks change", () => {
    const stockholm = createFormatter('en', 'Europe/Stockholm');
    expect(stockholm.dateTime('2026-03-29T00:59:00Z')).to.equal('29 Mar 2026, 01:59');
    expect(stockholm.dateTime('2026-03-29T01:00:00Z')).to.equal('29 Mar 2026, 03:00');
    expect(stockholm.time('2026-10-25T00:30:00Z')).to.equal('02:30');
    expect(stockholm.time('2026-10-25T01:30:00Z')).to.equal('02:30');
    expect(createFormatter('en', 'America/New_York').date('2026-03-01T02:00:00Z')).to.equal('28 Feb 2026');
    expect(createFormatter('en', 'Asia/Tokyo').dateTime('2026-12-31T15:30:00Z', 'long')).to.equal('Friday, 1 January 2027, 00:30');
  });

  it('keeps a calendar day the same day everywhere', () => {
    expect(createFormatter('en', 'America/Los_Angeles').date('2026-03-01')).to.equal('1 Mar 2026');
    expect(createFormatter('en', 'Pacific/Auckland').date('2026-03-01')).to.equal('1 Mar 2026');
  });

  it('reads what databases give for a moment as UTC', () => {
    const utc = createFormatter('en', 'UTC');
    expect(utc.time('2026-03-01 10:20:30.123')).to.equal('10:20');
    expect(utc.time('2026-03-01 10:20:30.123 +00:00')).to.equal('10:20');
    expect(utc.time('nonsense')).to.equal('');
  });

  it('writes dates as each language does', () => {
    const date = '2026-10-12T12:00:00Z';
    const all = ['en', 'sv', 'de', 'nl', 'sk'].map((language) => plain(createFormatter(language, 'UTC').date(date, 'long')));
    expect(all).to.deep.equal([
      'Monday, 12 October 2026',
      'måndag 12 oktober 2026',
      'Montag, 12. Oktober 2026',
      'maandag 12 oktober 2026',
      'pondelok 12. októbra 2026',
    ]);
  });

  it('leaves the year out of short dates only while it is the current one', () => {
    at('2026-06-01T12:00:00Z');
    const utc = createFormatter('en', 'UTC');
    expect([utc.date('2026-05-02', 'short'), utc.date('2025-05-02', 'short')]).to.deep.equal(['2 May', '2 May 2025']);
  });

  it('tells how long ago by the calendar, not by hours', () => {
    at('2026-06-10T08:00:00Z');
    const utc = createFormatter('en', 'UTC');
    const of = (value: string): string => utc.relative(value);
    expect(of('2026-06-10T07:59:40Z')).to.equal('now');
    expect(of('2026-06-10T07:57:00Z')).to.equal('3 minutes ago');
    expect(of('2026-06-10T11:00:00Z')).to.equal('in 3 hours');
    expect(of('2026-06-08T23:00:00Z')).to.equal('2 days ago');
    expect(of('2026-06-12T01:00:00Z')).to.equal('in 2 days');
    expect(of('2026-06-09T07:00:00Z')).to.equal('yesterday');
    expect(of('2026-03-10T08:00:00Z')).to.equal('3 months ago');
    expect(of('2024-06-10T08:00:00Z')).to.equal('2 years ago');
    expect(createFormatter('sk', 'UTC').relative('2026-06-10T07:57:00Z')).to.equal('pred 3 minútami');
  });

  it('makes money from minor units, also of currencies without them', () => {
    expect(plain(createFormatter('en', 'UTC').money(12550, 'EUR'))).to.equal('€125.50');
    expect(plain(createFormatter('sv', 'UTC').money(12550, 'SEK'))).to.equal('125,50 kr');
    expect(plain(createFormatter('de', 'UTC').money(-5, 'EUR'))).to.equal('-0,05 €');
    expect(plain(createFormatter('en', 'UTC').money(1255, 'JPY'))).to.equal('JP¥1,255');
  });

  it('rounds sizes of files for people', () => {
    const utc = createFormatter('en', 'UTC');
    expect([0, 999, 1500, 12_400_000, 999_999_999_999_999].map((n) => plain(utc.bytes(n)))).to.deep.equal([
      '0 bytes',
      '999 bytes',
      '1.5 kB',
      '12 MB',
      '1,000 TB',
    ]);
  });

  it('gives the same formatter again, and UTC for an unknown zone', () => {
    expect(createFormatter('en', 'UTC')).to.equal(createFormatter('en', 'UTC'));
    expect(createFormatter('en', 'Mars/Olympus').timeZone).to.equal('UTC');
  });
});
