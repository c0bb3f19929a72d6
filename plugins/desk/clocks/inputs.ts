import { z } from '../../../core/api.js';
import { flag, idInput, optional, timeZoneNames } from '../../customers/api.js';
import { parseHours } from './hours-text.js';

const name = z.string().trim().min(1).max(80);
const day = z.iso.date('core:field.date').refine((one) => one >= '2000-01-01' && one < '2200-01-01', 'core:field.date');

/** Open times of one weekday, such as `08:00-12:00, 13:00-17:00`; empty = closed. */
const openTimes = z
  .string()
  .max(200)
  .default('')
  .transform((text, context) => {
    const hours = parseHours(text);
    if (hours) return hours;
    context.addIssue({ code: 'custom', message: 'desk:error.hours' });
    return z.NEVER;
  });
export const calendarInput = z.object({
  name,
  time_zone: z.enum(timeZoneNames as [string, ...string[]]),
  mon: openTimes,
  tue: openTimes,
  wed: openTimes,
  thu: openTimes,
  fri: openTimes,
  sat: openTimes,
  sun: openTimes,
});
export type CalendarInput = z.output<typeof calendarInput>;

export const holidayInput = z.object({ day, name });

/** Minutes of business time; empty = nothing is promised. */
const target = optional(z.coerce.number().int().min(1).max(100_000));
export const levelInput = z.object({
  name,
  calendar_id: idInput,
  /** For customers without a level of their own; one level at most has it. */
  standard: flag,
  respond_1: target,
  respond_2: target,
  respond_3: target,
  respond_4: target,
  solve_1: target,
  solve_2: target,
  solve_3: target,
  solve_4: target,
});
export type LevelInput = z.output<typeof levelInput>;

/** Without a number it gets the next one; without an end it is valid until further notice. */
export const contractInput = z
  .object({
    number: optional(z.string().trim().min(1).max(40)),
    level_id: idInput,
    valid_from: day,
    valid_to: optional(day),
    /** Minutes of work per month that are paid with it. */
    included: z.coerce.number().int().min(0).max(1_000_000).default(0),
  })
  .refine(({ valid_from, valid_to }) => valid_to === null || valid_to >= valid_from, { path: ['valid_to'], message: 'desk:error.span' });
export type ContractInput = z.output<typeof contractInput>;

export const customerLevelInput = z.object({ level_id: optional(idInput) });
