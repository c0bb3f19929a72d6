import 'reflect-metadata';
import { expect } from 'chai';
import { InvalidInputError } from '../../../core/api.js';
import { readHolidays } from '../../../plugins/desk/clocks/holiday-list.js';
import { hoursTexts, parseHours, weekOf, weekdays, type Weekday } from '../../../plugins/desk/clocks/hours-text.js';
import { createTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import type { Client } from '../../support/client.js';

const calendars = '/settings/desk/calendars';
const levels = '/settings/desk/levels';
const office = { name: 'Office', time_zone: 'Europe/Stockholm', mon: '08:00-12:00, 13:00-17:00', fri: '22:00-06:00' };

describe('open times and holidays as people write them', () => {
  it('times of a day, over noon and over midnight, come back as they were', () => {
    const texts: Record<Weekday, string> = {
      mon: '08:00-12:00, 13:00-17:00',
      tue: '',
      wed: '00:00-24:00',
      thu: '',
      fri: '22:00-06:00',
      sat: '',
      sun: '20:00-04:30',
    };
    const week = weekOf(Object.fromEntries(weekdays.map((day) => [day, parseHours(texts[day])!])) as Record<Weekday, { from: number; to: number }[]>);
    expect(hoursTexts(week)).to.deep.equal(texts);
    expect(parseHours(' 8:00 – 12:00 ;13:00-17:00,')).to.deep.equal([
      { from: 480, to: 720 },
      { from: 780, to: 1020 },
    ]);
    for (const wrong of ['8-17', '24:00-02:00', '08:60-09:00', '08:00-25:00', 'always']) expect(parseHours(wrong), wrong).to.equal(null);
  });

  it('a list with or without headings, in the usual ways to write days', () => {
    expect(readHolidays('\ufeffDay;Name\n2026-12-25;Christmas Day\n26.12.2026;"Boxing; Day"\n1/1/2027,New Year\n')).to.deep.equal([
      { day: '2026-12-25', name: 'Christmas Day' },
      { day: '2026-12-26', name: 'Boxing; Day' },
      { day: '2027-01-01', name: 'New Year' },
    ]);
    const refusal = (text: string): unknown => {
      try {
        return readHolidays(text);
      } catch (error) {
        return error instanceof InvalidInputError ? error.fields['list']?.key : error;
      }
    };
    expect(refusal('2026-12-25;a\n2026-02-30;b')).to.equal('desk:error.holidayLine');
    expect(refusal('Day;Name')).to.equal('desk:error.holidaysEmpty');
    expect(refusal(Array.from({ length: 1002 }, () => '2026-12-25;x').join('\n'))).to.equal('desk:error.holidaysMany');
  });

  it('an iCal file: folded lines, escaped texts, events of several days', () => {
    const lines = [
      ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227', 'SUMMARY:Christmas\\, all of', '  it', 'END:VEVENT'],
      ...['BEGIN:VEVENT', 'SUMMARY;LANGUAGE=sv:Nyårsdagen', 'DTSTART:20270101T000000Z', 'END:VEVENT', 'END:VCALENDAR'],
    ];
    const name = 'Christmas, all of it';
    expect(readHolidays(lines.join('\r\n'))).to.deep.equal([
      ...['2026-12-24', '2026-12-25', '2026-12-26'].map((day) => ({ day, name })),
      { day: '2027-01-01', name: 'Nyårsdagen' },
    ]);
  });
});

describe('service levels in the settings', function () {
  this.timeout(60_000);
  let t: TestApp;
  let admin: Client;
  before(async () => {
    t = await createTestApp();
    admin = await t.client('staff', await t.make.staff('administrator'));
  });
  after(() => t.close());
  const made = async (): Promise<string> => (await admin.post(`${calendars}/new`, office)).location ?? '';

  it('business hours are kept as typed; what cannot be read comes back with a sentence', async () => {
    const wrong = await admin.post(`${calendars}/new`, { ...office, mon: 'from 8 to 5' });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.include('value="from 8 to 5"').and.to.include('Write times such as');
    const path = await made();
    const page = (await admin.get(path)).text;
    expect(page).to.include('value="08:00-12:00, 13:00-17:00"').and.to.include('value="22:00-06:00"');
    expect((await admin.get(calendars)).text).to.include('Mon 08:00-12:00, 13:00-17:00; Fri 22:00-06:00');
  });

  it('holidays are added, imported and taken back; the year shows them', async () => {
    const path = await made();
    await admin.post(`${path}/holidays`, { day: '2027-05-01', name: 'May Day' });
    const year = async () => (await admin.get(`${path}/holidays?year=2027`)).text;
    expect(await year()).to.match(/class="holiday" title="May Day">1</);
    const answer = await admin.post(`${path}/holidays/import`, { list: '2027-05-01;First of May\n2027-06-06;National Day\n2027-12-25;Christmas' });
    expect(answer.location).to.equal(`${path}/holidays?year=2027`);
    const text = await year();
    expect(text).to.include('2 holidays were added').and.to.include('First of May').and.to.include('National Day').and.not.to.include('May Day');
    const undo = new RegExp(`"(${path}/holidays/lists/\\d+/remove)"`).exec(text)?.[1] ?? '';
    await admin.post(undo);
    expect(await year())
      .to.include('First of May')
      .and.not.to.include('National Day');
    const one = new RegExp(`"(${path}/holidays/\\d+)/remove"`).exec(await year())?.[1] ?? '';
    await admin.post(`${one}/remove`);
    expect(await year()).not.to.include('class="holiday"');
    await admin.post(`${one}/restore`);
    expect(await year()).to.include('class="holiday" title="First of May"');
    const file = await admin.upload(`${path}/holidays/import`, { list: '' }, [{ field: 'file', name: 'a.csv', content: 'x;y\nz;w' }]);
    expect(file.status).to.equal(422);
    expect(file.text).to.include('Line 2 does not begin with a day');
  });

  it('a level in use cannot be removed; one that was removed can be brought back; one at most is the standard', async () => {
    const calendar = (await made()).split('/').at(-1) ?? '';
    const level = async (name: string, more: object = {}) => {
      await admin.post(`${levels}/new`, { name, calendar_id: calendar, respond_1: '30', ...more });
      const [row] = await t.app.db.query<{ id: number }>('SELECT MAX(id) AS id FROM desk_levels');
      return Number(row?.id);
    };
    const [first, second] = [await level('First', { standard: 'true' }), await level('Second', { standard: 'true' })];
    const standard = await t.app.db.query<{ id: number }>('SELECT id FROM desk_levels WHERE standard = 1');
    expect(standard.map((row) => row.id)).to.deep.equal([second]);
    const customer = await t.make.customer();
    await admin.post(`/customers/${customer.id}/service-level`, { level_id: first });
    expect((await admin.post(`${levels}/${first}/remove`)).status).to.equal(409);
    expect((await admin.post(`${calendars}/${calendar}/remove`)).status).to.equal(409);
    await admin.post(`/customers/${customer.id}/service-level/none/undo`);
    await admin.post(`${levels}/${first}/remove`);
    expect((await admin.get(`${levels}/${first}`)).status).to.equal(404);
    await admin.post(`${levels}/${first}/restore`);
    expect((await admin.get(`${levels}/${first}`)).status).to.equal(200);
  });

  it('a contract is made, shown on the tab of its customer with what counts now, removed and brought back', async () => {
    const calendar = (await made()).split('/').at(-1) ?? '';
    await admin.post(`${levels}/new`, { name: 'Gold', calendar_id: calendar, respond_2: '120' });
    const [gold] = await t.app.db.query<{ id: number }>("SELECT MAX(id) AS id FROM desk_levels WHERE name = 'Gold'");
    const customer = await t.make.customer();
    const tab = `/customers/${customer.id}/tabs/contracts`;
    const input = { number: 'K-12', level_id: gold!.id, valid_from: '2026-01-01', valid_to: '2025-01-01', included: '90' };
    expect((await admin.post(`/customers/${customer.id}/contracts/new`, input)).status).to.equal(422);
    expect((await admin.post(`/customers/${customer.id}/contracts/new`, { ...input, valid_to: '' })).location).to.equal(tab);
    const page = (await admin.get(tab)).text;
    expect(page).to.include('K-12').and.to.include('1 h 30 min').and.to.include('goes by Gold, from contract K-12').and.to.include('until further notice');
    const contract = /\/contracts\/(\d+)"/.exec(page)?.[1] ?? '';
    await admin.post(`/customers/${customer.id}/contracts/${contract}/remove`);
    expect((await admin.get(tab)).text).to.include('No contracts');
    await admin.post(`/customers/${customer.id}/contracts/${contract}/restore`);
    expect((await admin.get(tab)).text).to.include('K-12');
    const other = await t.make.customer();
    expect((await admin.post(`/customers/${other.id}/contracts/${contract}/restore`)).status).to.equal(404);
  });

  it('agents read contracts and change nothing; the settings are not theirs', async () => {
    const agent = await t.client('staff', await t.make.staff('agent'));
    const customer = await t.make.customer();
    expect((await agent.get(`/customers/${customer.id}/tabs/contracts`)).status).to.equal(200);
    expect((await agent.get(`/customers/${customer.id}/contracts/new`)).status).to.equal(403);
    expect((await agent.get(levels)).status).to.equal(403);
  });

  it('programs do the same by REST', async () => {
    await t.app.db.run('UPDATE desk_levels SET standard = 0');
    const program = await t.program('staff', await t.make.staff('administrator'));
    const json = async <T>(method: string, path: string, body?: unknown): Promise<T> => (await program.api(method, path, body)).json() as T;
    const { id } = await json<{ id: number }>('POST', '/desk/calendars', { name: 'Night', timeZone: 'Europe/Bratislava', sat: '22:00-06:00' });
    expect(await json('GET', `/desk/calendars/${id}`)).to.include({ name: 'Night', timeZone: 'Europe/Bratislava', sat: '22:00-06:00', mon: '' });
    expect(await json('POST', `/desk/calendars/${id}/holidays`, { items: [{ day: '2027-01-06', name: 'Epiphany' }] })).to.deep.equal({ added: 1 });
    const level = await json<{ id: number }>('POST', '/desk/levels', { name: 'Silver', calendarId: id, respond1: 60, solve4: 9000 });
    expect(level).to.include({ respond1: 60, solve4: 9000, respond2: null, standard: false });
    const customer = await t.make.customer();
    const contract = await json<{ id: number; number: string }>('POST', `/desk/customers/${customer.id}/contracts`, {
      levelId: level.id,
      validFrom: '2020-01-01',
    });
    expect(contract).to.include({ validTo: null, included: 0 });
    expect(await json('GET', `/desk/customers/${customer.id}/service-level`)).to.deep.equal({
      levelId: null,
      countsNow: { levelId: level.id, level: 'Silver', source: 'contract', contractId: contract.id },
    });
    const request = await json<{ id: number }>('POST', '/desk/requests', { customerId: customer.id, text: 'It drips', urgency: 3 });
    const clocks = await json<{ clocks: { kind: string; state: string; target: number }[] }>('GET', `/desk/requests/${request.id}/clocks`);
    expect(clocks).to.include({ level: 'Silver', source: 'contract' });
    expect(clocks.clocks.map(({ kind, state, target }) => ({ kind, state, target }))).to.deep.equal([{ kind: 'respond', state: 'running', target: 60 }]);
    expect((await program.api('DELETE', `/desk/levels/${level.id}`)).status).to.equal(409);
    expect((await program.api('DELETE', `/desk/contracts/${contract.id}`)).status).to.equal(204);
    expect((await program.api('DELETE', `/desk/levels/${level.id}`)).status).to.equal(204);
    await eventually(async () => (await json('GET', `/desk/requests/${request.id}/clocks`)) === null, 'nothing is promised any more');
  });
});
