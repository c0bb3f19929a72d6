import { z } from '../../core/api.js';
import { flag, idInput, many, optional, rowForm, rowInput } from '../customers/api.js';
import { pictureKinds, timeKinds } from './orders/tables.js';
import { orderStatuses, requestStatuses, requestTypes } from './types.js';

/** A choice that forms without it leave out. */
const chosen = optional(idInput).optional();
const localTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/, 'desk:error.time');

/** A fault report. Without an installation the customer must be named; without a subject the text's first line is it. */
export const reportInput = z.object({
  customer_id: optional(idInput),
  installation_id: optional(idInput),
  /** Stands for its installation when none is named. */
  device_id: chosen,
  /** Secret of a device's label that was scanned: names the device to whoever may report there. */
  label: z.string().max(43).optional(),
  project_id: chosen,
  subject: optional(z.string().trim().max(160)),
  text: z.string().trim().min(1).max(10_000),
  urgency: z.coerce.number().int().min(1).max(3).default(2),
  contact: optional(z.string().trim().max(160)),
  /** Name of the computer and login name it is reported under, such as `FIRM\\anna`. */
  computer: optional(z.string().trim().max(160)).optional(),
  login: optional(z.string().trim().max(160)).optional(),
});
/** Checked data of a fault report. */
export type ReportInput = z.output<typeof reportInput>;

export const scale = z.coerce.number().int().min(1).max(4);
/** A request of any type. Staff may name the account of the customer that it is filed for, and set both scales. */
export const requestInput = reportInput.extend({
  type: z.enum(requestTypes).default('fault'),
  /** 1 the most pressing to 4; absent: by the urgency. */
  priority: optional(scale).optional(),
  /** How much depends on it, 1 the most to 4. */
  importance: optional(scale).optional(),
  reporter_id: chosen,
});
/** Checked data of a request. */
export type RequestInput = z.output<typeof requestInput>;

const plan = {
  technician_id: optional(idInput),
  /** `datetime-local` in the zone of the person who types. */
  planned_start: optional(localTime),
  planned_end: optional(localTime),
};
const planInput = z.object(plan);
export type PlanInput = z.output<typeof planInput>;

/** The plan of an order that exists: who works on it beside the technician. */
export const teamInput = planInput.extend({ helper_ids: many(idInput) });
export type TeamInput = z.output<typeof teamInput>;
/** The same over REST, where nothing is left out by accident. */
export const teamBody = z.object({
  technician_id: idInput.nullable(),
  planned_start: localTime.nullable().describe('Local time in the zone of your account, such as 2027-03-01T08:00.'),
  planned_end: localTime.nullable(),
  helper_ids: z.array(idInput).max(50).describe('Who works on it beside the technician.'),
});

/** An order from a fault report. */
export const orderInput = z.object({
  title: z.string().trim().min(1).max(160),
  installation_id: optional(idInput),
  device_id: chosen,
  project_id: chosen,
  ...plan,
});
/** Checked data of a new order. */
export type OrderInput = z.output<typeof orderInput>;
/** An order that staff make without a report. */
export const newOrderInput = orderInput.extend({ customer_id: idInput });

export const originInput = z.object({ computer: optional(z.string().trim().max(160)), login: optional(z.string().trim().max(160)) });

/** What an order is about, as staff change it later; what is left out stays. */
export const matterInput = z.object({ installation_id: chosen, device_id: chosen, project_id: chosen });
export type MatterInput = z.output<typeof matterInput>;

export const rejectInput = z.object({ reason: z.string().trim().min(1).max(1000) });
export const statusInput = z.object({ status: z.enum(orderStatuses) });
export const workInput = z.object({
  performed_work: z
    .string()
    .trim()
    .max(20_000)
    .transform((text) => text || null),
});
/** What staff change of a request; what is left out stays. */
export const patchInput = z.object({
  status: z.enum(requestStatuses).optional(),
  reject_reason: z.string().trim().min(1).max(1000).optional(),
  priority: scale.optional(),
  importance: scale.optional(),
  type: z.enum(requestTypes).optional(),
  subject: z.string().trim().min(1).max(160).optional(),
  solver_id: chosen,
  ...matterInput.shape,
  /** The version that the person saw. */
  version: z.coerce.number().int().positive().optional(),
});
export const tagsInput = z.object({ tags: z.array(z.string().trim().min(1).max(40)).max(20) });
export const messageInput = z.object({ text: z.string().trim().min(1).max(10_000), internal: flag });

const priced = { text: true, unit: true, purchase_price: true, sales_price: true, vat: true } as const;
const article = { number: z.string().trim().min(1).max(60), active: flag };
/** An article of the catalog: prices per unit in minor units, VAT in hundredths of a percent. */
export const articleInput = rowInput.pick(priced).extend(article);
export type ArticleInput = z.output<typeof articleInput>;
/** The same as people type it; `readRow` reads the numbers. */
export const articleForm = rowForm.pick(priced).extend(article);

/** A time entry: `start` as `datetime-local` in the zone of the person who types. */
export const timeInput = z.object({
  account_id: chosen,
  start: localTime,
  minutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(1440 * 31),
  kind: z.enum(timeKinds).default('work'),
  billable: flag,
  note: optional(z.string().trim().max(200)),
});
export type TimeInput = z.output<typeof timeInput>;
export const timerInput = z.object({ kind: z.enum(timeKinds) });

export const checkInput = z.object({ text: z.string().trim().min(1).max(200) });
export const tickInput = z.object({ done: z.union([z.boolean(), z.enum(['0', '1']).transform((value) => value === '1')]) });
/** A list of things to do, one per line. */
export const checklistInput = z.object({
  name: z.string().trim().min(1).max(80),
  points: z
    .string()
    .trim()
    .min(1)
    .max(10_000)
    .transform((text) => text.split(/\s*\n\s*/).filter((line) => line !== ''))
    .pipe(z.array(z.string().max(200)).max(100)),
  active: flag,
});
export type ChecklistInput = z.output<typeof checklistInput>;

export const pictureKind = z.enum(pictureKinds);
export const signatureInput = z.object({ name: z.string().trim().min(1).max(160) });
/** A drawing, and what it is at most. */
export const drawingRule = { fields: ['signature'], maxFiles: 1, maxBytes: 1024 * 1024 };
