import { z } from '../../../core/api.js';
import { idInput, many, optional } from '../../customers/api.js';

const chosen = optional(idInput).optional();
/** What a quotation says; its rows are edited on their own. */
export const quotationInput = z.object({
  title: z.string().trim().min(1).max(160),
  text: optional(z.string().trim().max(10_000)),
  installation_id: chosen,
  project_id: chosen,
  /** The last day on which it can be accepted, in the customer's time zone. */
  valid_until: z.iso.date('desk:error.day'),
});
export type QuotationInput = z.output<typeof quotationInput>;
export const newQuotationInput = quotationInput.extend({ customer_id: idInput, request_id: chosen, order_id: chosen });
export type NewQuotationInput = z.output<typeof newQuotationInput>;

/** Accounts that get the link by which it is answered. */
export const sendInput = z.object({ account_ids: many(idInput) });
/** The same over REST. */
export const sendBody = z.object({ account_ids: z.array(idInput).min(1).max(50) });

const name = z.string().trim().min(1).max(160);
/** The answer of a customer. `version` is what the person saw: another one is not answered by accident. */
export const answerInput = z
  .object({
    decision: z.enum(['accepted', 'refused']),
    version: z.coerce.number().int().positive(),
    name,
    reason: optional(z.string().trim().max(1000)),
  })
  .refine((answer) => answer.decision === 'accepted' || answer.reason !== null, { path: ['reason'], message: 'desk:error.declineReason' });
export type AnswerInput = z.output<typeof answerInput>;
