import type { World } from '../world.js';
import { at, customer, of, type Row } from './types.js';

const levels = '/settings/desk/levels';
const calendars = '/settings/desk/calendars';
const hours = () => ({ name: 'Office', time_zone: 'Europe/Stockholm', mon: '08:00-17:00' });
const hoursJson = () => ({ name: 'Office', timeZone: 'Europe/Stockholm', mon: '08:00-17:00' });
const level = (world: World) => ({ name: 'Gold', calendar_id: world.ids['calendar'] ?? 0, respond_2: 60 });
const levelJson = (world: World) => ({ name: 'Gold', calendarId: world.ids['calendar'] ?? 0, respond2: 60 });
const contract = (world: World) => ({ level_id: world.ids['level'] ?? 0, valid_from: '2026-01-01', included: 0 });
const contractJson = (world: World) => ({ levelId: world.ids['level'] ?? 0, validFrom: '2026-01-01', included: 0 });
const holiday = () => ({ day: '2026-12-25', name: 'Christmas Day' });
const back = (table: string): Partial<Row> => ({ undo: ({ t }) => t.app.db.run(`UPDATE ${table} SET removed_at = NULL`).then(() => undefined) });

/** Service levels, business hours, holidays, contracts, and the clocks of requests. */
export const clocks: Record<string, Row> = {
  [`staff get ${levels}`]: at(levels),
  [`staff get ${levels}/new`]: at(`${levels}/new`),
  [`staff post ${levels}/new`]: at(`${levels}/new`, { body: level }),
  [`staff get ${levels}/:level`]: of('level', (id) => `${levels}/${id}`),
  [`staff post ${levels}/:level`]: of('level', (id) => `${levels}/${id}`, { body: level }),
  [`staff post ${levels}/:level/remove`]: of('level', (id) => `${levels}/${id}/remove`, { ...back('desk_levels'), answers: [303, 409] }),
  [`staff post ${levels}/:level/restore`]: of('level', (id) => `${levels}/${id}/restore`),
  [`staff get ${calendars}`]: at(calendars),
  [`staff get ${calendars}/new`]: at(`${calendars}/new`),
  [`staff post ${calendars}/new`]: at(`${calendars}/new`, { body: hours }),
  [`staff get ${calendars}/:calendar`]: of('calendar', (id) => `${calendars}/${id}`),
  [`staff post ${calendars}/:calendar`]: of('calendar', (id) => `${calendars}/${id}`, { body: hours }),
  [`staff post ${calendars}/:calendar/remove`]: of('calendar', (id) => `${calendars}/${id}/remove`, { ...back('desk_calendars'), answers: [303, 409] }),
  [`staff post ${calendars}/:calendar/restore`]: of('calendar', (id) => `${calendars}/${id}/restore`),
  [`staff get ${calendars}/:calendar/holidays`]: of('calendar', (id) => `${calendars}/${id}/holidays`),
  [`staff post ${calendars}/:calendar/holidays`]: of('calendar', (id) => `${calendars}/${id}/holidays`, { body: holiday }),
  [`staff get ${calendars}/:calendar/holidays/import`]: of('calendar', (id) => `${calendars}/${id}/holidays/import`),
  [`staff post ${calendars}/:calendar/holidays/import`]: of('calendar', (id) => `${calendars}/${id}/holidays/import`, {
    body: () => ({ list: '2026-12-26;Boxing Day' }),
  }),
  [`staff post ${calendars}/:calendar/holidays/lists/:list/remove`]: of('calendar', (id) => `${calendars}/${id}/holidays/lists/7/remove`),
  [`staff post ${calendars}/:calendar/holidays/:holiday/remove`]: of('holiday', (id) => `${calendars}/${id}/remove`, back('desk_holidays')),
  [`staff post ${calendars}/:calendar/holidays/:holiday/restore`]: of('holiday', (id) => `${calendars}/${id}/restore`),
  'staff get /customers/:id/contracts/new': of('customer', (id) => `${customer(id)}/contracts/new`),
  'staff post /customers/:id/contracts/new': of('customer', (id) => `${customer(id)}/contracts/new`, { body: contract }),
  'staff get /customers/:id/contracts/:contract': of('contract of customer', customer),
  'staff post /customers/:id/contracts/:contract': of('contract of customer', customer, { body: contract, needs: 'desk.contract.manage' }),
  'staff post /customers/:id/contracts/:contract/remove': of('contract of customer', (id) => `${customer(id)}/remove`, back('desk_contracts')),
  'staff post /customers/:id/contracts/:contract/restore': of('contract of customer', (id) => `${customer(id)}/restore`),
  'staff post /customers/:id/service-level': of('customer', (id) => `${customer(id)}/service-level`, { body: () => ({ level_id: '' }) }),
  'staff post /customers/:id/service-level/:level/undo': of('customer', (id) => `${customer(id)}/service-level/none/undo`),
  'staff get /api/v1/desk/calendars': at('/api/v1/desk/calendars'),
  'staff post /api/v1/desk/calendars': at('/api/v1/desk/calendars', { body: hoursJson }),
  'staff get /api/v1/desk/calendars/:id': of('calendar', (id) => `/api/v1/desk/calendars/${id}`),
  'staff put /api/v1/desk/calendars/:id': of('calendar', (id) => `/api/v1/desk/calendars/${id}`, { body: hoursJson }),
  'staff delete /api/v1/desk/calendars/:id': of('calendar', (id) => `/api/v1/desk/calendars/${id}`, { ...back('desk_calendars'), answers: [204, 409] }),
  'staff get /api/v1/desk/calendars/:id/holidays': of('calendar', (id) => `/api/v1/desk/calendars/${id}/holidays`),
  'staff post /api/v1/desk/calendars/:id/holidays': of('calendar', (id) => `/api/v1/desk/calendars/${id}/holidays`, { body: () => ({ items: [holiday()] }) }),
  'staff delete /api/v1/desk/calendars/:id/holidays/:holiday': of('holiday', (id) => `/api/v1/desk/calendars/${id}`, back('desk_holidays')),
  'staff get /api/v1/desk/levels': at('/api/v1/desk/levels'),
  'staff post /api/v1/desk/levels': at('/api/v1/desk/levels', { body: levelJson }),
  'staff get /api/v1/desk/levels/:id': of('level', (id) => `/api/v1/desk/levels/${id}`),
  'staff put /api/v1/desk/levels/:id': of('level', (id) => `/api/v1/desk/levels/${id}`, { body: levelJson }),
  'staff delete /api/v1/desk/levels/:id': of('level', (id) => `/api/v1/desk/levels/${id}`, { ...back('desk_levels'), answers: [204, 409] }),
  'staff get /api/v1/desk/customers/:id/contracts': of('customer', (id) => `/api/v1/desk${customer(id)}/contracts`),
  'staff post /api/v1/desk/customers/:id/contracts': of('customer', (id) => `/api/v1/desk${customer(id)}/contracts`, { body: contractJson }),
  'staff get /api/v1/desk/contracts/:id': of('contract', (id) => `/api/v1/desk/contracts/${id}`),
  'staff put /api/v1/desk/contracts/:id': of('contract', (id) => `/api/v1/desk/contracts/${id}`, { body: contractJson }),
  'staff delete /api/v1/desk/contracts/:id': of('contract', (id) => `/api/v1/desk/contracts/${id}`, back('desk_contracts')),
  'staff get /api/v1/desk/customers/:id/service-level': of('customer', (id) => `/api/v1/desk${customer(id)}/service-level`),
  'staff put /api/v1/desk/customers/:id/service-level': of('customer', (id) => `/api/v1/desk${customer(id)}/service-level`, {
    body: () => ({ levelId: null }),
  }),
  'staff get /api/v1/desk/requests/:id/clocks': of('report', (id) => `/api/v1/desk/requests/${id}/clocks`),
};
