import { z } from '../../../core/api.js';
import { flag, optional } from '../../customers/api.js';
import { requestTypes } from '../types.js';
import { securities } from './tables.js';

const line = (max: number) => z.string().trim().min(1).max(max);

/** What is typed about a mailbox. An empty password keeps the stored one. */
export const mailboxInput = z.object({
  name: line(60),
  address: z.string().trim().max(254).pipe(z.email()),
  plus: flag,
  host: line(255).regex(/^[\w.:[\]-]+$/, 'desk:mailbox.error.host'),
  port: z.coerce.number().int().min(1).max(65_535).default(993),
  security: z.enum(securities).default('tls'),
  user_name: line(254),
  secret: z.string().max(1000).default(''),
  folder: line(200).default('INBOX'),
  done_folder: optional(z.string().trim().max(200)).optional(),
  request_type: z.enum(requestTypes).exclude(['internal']).default('fault'),
  active: flag,
});
export type MailboxInput = z.output<typeof mailboxInput>;

/** A number as forms and JSON have it; `true` is none. */
const number = (schema: z.ZodNumber) =>
  z.preprocess((value) => (typeof value === 'string' ? (value.trim() === '' ? undefined : Number(value)) : value), schema);

/** A mail becomes a request of a customer. */
export const acceptInput = z.object({ customer_id: number(z.number().int().min(1).max(2_147_483_647)) });
/** A mail becomes a message on the request of this number. */
export const answerInput = z.object({ number: number(z.number().int().min(1).max(2_000_000_000)) });
