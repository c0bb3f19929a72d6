import { guard, listOf, time, z, type ApiModule } from '../../../core/api.js';
import { CalendarService, type Calendar } from './calendar-service.js';
import { ClockService } from './clock-service.js';
import { ContractService, type Contract } from './contract-service.js';
import { hoursTexts } from './hours-text.js';
import { calendarInput, contractInput, holidayInput, levelInput } from './inputs.js';
import { LevelService } from './level-service.js';
import { clockKinds, type LevelRow } from './tables.js';

const id = z.number().int();
const hours = z.string().describe('Open times, such as `08:00-12:00, 13:00-17:00`; empty = closed.');
const calendar = z.object({ id, name: z.string(), timeZone: z.string(), mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: hours, sun: hours });
const holiday = z.object({ id, day: z.iso.date(), name: z.string() });
const target = z.number().int().nullable().describe('Minutes of business time; null = nothing is promised.');
const level = z.object({
  id,
  name: z.string(),
  calendarId: id,
  standard: z.boolean().describe('Counts for customers without a contract or a level of their own.'),
  respond1: target,
  respond2: target,
  respond3: target,
  respond4: target,
  solve1: target,
  solve2: target,
  solve3: target,
  solve4: target,
});
const contract = z.object({
  id,
  customerId: id,
  number: z.string(),
  levelId: id,
  validFrom: z.iso.date(),
  validTo: z.iso.date().nullable(),
  included: z.number().int().describe('Minutes of work per month that are paid with it.'),
});
const sources = ['contract', 'customer', 'standard'] as const;
const customerLevel = z.object({
  levelId: id.nullable().describe('Chosen for this customer; null = none.'),
  countsNow: z
    .object({ levelId: id, level: z.string(), source: z.enum(sources), contractId: id.nullable() })
    .nullable()
    .describe('The level of what is reported now: from a contract that is valid, else chosen for the customer, else the standard level.'),
});
const clocks = z.object({
  levelId: id,
  level: z.string(),
  source: z.enum(sources),
  contractId: id.nullable(),
  clocks: z.array(
    z.object({
      kind: z.enum(clockKinds),
      state: z.enum(['running', 'paused', 'met', 'breached']),
      target: z.number().int().describe('Minutes of business time.'),
      used: z.number().int().describe('Whole minutes of business time that have passed.'),
      dueAt: time.nullable(),
      endedAt: time.nullable(),
      closedUntil: time.nullable().describe('Outside of business hours: when it counts again.'),
    }),
  ),
});

/** Service levels by REST. */
export const clocksApi: ApiModule = (api, resolve) => {
  const [calendars, levels, contracts] = [resolve(CalendarService), resolve(LevelService), resolve(ContractService)];
  const read = guard('desk.level.manage');
  const write = guard('desk.level.manage', 'write');
  const remove = guard('desk.level.manage', 'delete');
  const nothing = { status: 204 as const, response: z.null() };

  api.on('get', '/desk/calendars', read, { summary: 'Business hours', response: listOf(calendar) }, async ({ actor }) => ({
    items: (await calendars.list(actor)).map(toCalendar),
    next: null,
  }));
  api.on('post', '/desk/calendars', write, { summary: 'Add business hours', status: 201, body: calendarInput, response: calendar }, async ({ actor, body }) =>
    toCalendar(await calendars.get(actor, await calendars.create(actor, body))),
  );
  api.on('get', '/desk/calendars/:id', read, { summary: 'One set of business hours', response: calendar }, async (c) =>
    toCalendar(await calendars.get(c.actor, c.id())),
  );
  api.on(
    'put',
    '/desk/calendars/:id',
    write,
    { summary: 'Change business hours', description: 'Clocks of open requests are reckoned anew.', body: calendarInput, response: calendar },
    async (c) => {
      await calendars.update(c.actor, c.id(), c.body);
      return toCalendar(await calendars.get(c.actor, c.id()));
    },
  );
  api.on('delete', '/desk/calendars/:id', remove, { summary: 'Remove business hours', ...nothing, errors: [409] }, async (c) => {
    await calendars.remove(c.actor, c.id());
    return null;
  });
  const year = z.object({ year: z.coerce.number().int().min(2000).max(2199).optional() });
  api.on('get', '/desk/calendars/:id/holidays', read, { summary: 'Holidays', query: year, response: listOf(holiday) }, async (c) => ({
    items: await calendars.holidays(c.actor, c.id(), c.query.year),
    next: null,
  }));
  api.on(
    'post',
    '/desk/calendars/:id/holidays',
    write,
    {
      summary: 'Add holidays',
      description: 'Days that are there already get the new name.',
      status: 201,
      body: z.object({ items: z.array(holidayInput).min(1).max(1000) }),
      response: z.object({ added: z.number().int() }),
    },
    async (c) => ({ added: (await calendars.addHolidays(c.actor, c.id(), c.body.items)).added }),
  );
  api.on('delete', '/desk/calendars/:id/holidays/:holiday', remove, { summary: 'Remove a holiday', ...nothing }, async (c) => {
    await calendars.removeHoliday(c.actor, c.id(), c.id('holiday'));
    return null;
  });

  api.on('get', '/desk/levels', read, { summary: 'Service levels', response: listOf(level) }, async ({ actor }) => ({
    items: (await levels.list(actor)).map(toLevel),
    next: null,
  }));
  api.on('post', '/desk/levels', write, { summary: 'Add a service level', status: 201, body: levelInput, response: level }, async ({ actor, body }) =>
    toLevel(await levels.get(actor, await levels.create(actor, body))),
  );
  api.on('get', '/desk/levels/:id', read, { summary: 'One service level', response: level }, async (c) => toLevel(await levels.get(c.actor, c.id())));
  api.on(
    'put',
    '/desk/levels/:id',
    write,
    { summary: 'Change a service level', description: 'Clocks of open requests are reckoned anew.', body: levelInput, response: level },
    async (c) => {
      await levels.update(c.actor, c.id(), c.body);
      return toLevel(await levels.get(c.actor, c.id()));
    },
  );
  api.on('delete', '/desk/levels/:id', remove, { summary: 'Remove a service level', ...nothing, errors: [409] }, async (c) => {
    await levels.remove(c.actor, c.id());
    return null;
  });

  const see = guard('desk.contract.read');
  const change = guard('desk.contract.manage', 'write');
  api.on('get', '/desk/customers/:id/contracts', see, { summary: 'Contracts of a customer', response: listOf(contract) }, async (c) => ({
    items: (await contracts.list(c.actor, c.id())).map(toContract),
    next: null,
  }));
  api.on('post', '/desk/customers/:id/contracts', change, { summary: 'Add a contract', status: 201, body: contractInput, response: contract }, async (c) =>
    toContract(await contracts.create(c.actor, c.id(), c.body)),
  );
  api.on('get', '/desk/contracts/:id', see, { summary: 'One contract', response: contract }, async (c) => toContract(await contracts.get(c.actor, c.id())));
  api.on(
    'put',
    '/desk/contracts/:id',
    change,
    { summary: 'Change a contract', description: 'Without a number it keeps the one it has.', body: contractInput, response: contract },
    async (c) => {
      await contracts.update(c.actor, c.id(), c.body);
      return toContract(await contracts.get(c.actor, c.id()));
    },
  );
  api.on('delete', '/desk/contracts/:id', guard('desk.contract.manage', 'delete'), { summary: 'Remove a contract', ...nothing }, async (c) => {
    await contracts.remove(c.actor, c.id());
    return null;
  });
  const levelOf = async (actor: Parameters<ContractService['level']>[0], customerId: number) => {
    const { now, own } = await contracts.level(actor, customerId);
    const countsNow = now && { levelId: now.level.id, level: now.level.name, source: now.source, contractId: now.contract?.id ?? null };
    return { levelId: own, countsNow };
  };
  const path = '/desk/customers/:id/service-level';
  api.on('get', path, see, { summary: 'Service level of a customer', response: customerLevel }, (c) => levelOf(c.actor, c.id()));
  api.on(
    'put',
    path,
    change,
    { summary: 'Choose the service level of a customer', body: z.object({ level_id: id.positive().nullable() }), response: customerLevel },
    async (c) => {
      await contracts.setLevel(c.actor, c.id(), c.body.level_id);
      return levelOf(c.actor, c.id());
    },
  );

  const handle = guard('desk.request.manage');
  const service = resolve(ClockService);
  api.on('get', '/desk/requests/:id/clocks', handle, { summary: 'What is promised for a request', response: clocks.nullable() }, async (c) => {
    const found = await service.of(c.actor, c.id());
    if (!found) return null;
    return {
      levelId: found.level.id,
      level: found.level.name,
      source: found.source,
      contractId: found.contract?.id ?? null,
      clocks: found.clocks.map((one) => ({
        kind: one.kind,
        state: one.state,
        target: one.target,
        used: Math.floor(one.used / 60_000),
        dueAt: one.due_at,
        endedAt: one.ended_at,
        closedUntil: one.closed_until,
      })),
    };
  });
};

const toCalendar = ({ id, name, time_zone, hours }: Calendar) => ({ id, name, timeZone: time_zone, ...hoursTexts(hours) });
function toLevel(row: LevelRow) {
  return {
    id: row.id,
    name: row.name,
    calendarId: row.calendar_id,
    standard: Number(row.standard) === 1,
    respond1: row.respond_1,
    respond2: row.respond_2,
    respond3: row.respond_3,
    respond4: row.respond_4,
    solve1: row.solve_1,
    solve2: row.solve_2,
    solve3: row.solve_3,
    solve4: row.solve_4,
  };
}
const toContract = (row: Contract) => ({
  id: row.id,
  customerId: row.customer_id,
  number: row.number,
  levelId: row.level_id,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  included: row.included,
});
