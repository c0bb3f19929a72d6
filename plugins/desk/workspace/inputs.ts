import { z } from '../../../core/api.js';
import { flag, idInput, optional } from '../../customers/api.js';
import { scale } from '../inputs.js';
import { requestStatuses, requestTypes } from '../types.js';

const kinds = ['public', 'internal'] as const;
/** What happens after a message was sent: one split button that remembers the last choice. */
export const afterwards = ['stay', 'next', 'wait', 'close'] as const;
export type Afterwards = (typeof afterwards)[number];

export const replyInput = z.object({
  text: z.string().trim().min(1, 'desk:error.emptyMessage').max(10_000),
  kind: z.enum(kinds),
  then: z.enum(afterwards).catch('stay').default('stay'),
  /** The newest message that the writer knew of. */
  seen: z.coerce.number().int().min(0).catch(0).default(0),
});
/** What was typed, however wrong it is: it is shown again. */
export const typedInput = z.object({ text: z.string().catch(''), kind: z.enum(kinds).catch('internal'), seen: z.coerce.number().int().min(0).catch(0) });
export const draftInput = z.object({ kind: z.enum(kinds), text: z.string().max(10_000).default('') });

/** Fields of a request that are changed in place; what is left out stays. */
export const changeInput = z.object({
  status: z.enum(requestStatuses).optional(),
  priority: scale.optional(),
  importance: scale.optional(),
  type: z.enum(requestTypes).optional(),
  subject: z.string().trim().min(1).max(160).optional(),
  solver_id: optional(idInput).optional(),
  /** Goes on with the next request of the view. */
  next: flag.optional(),
});
export const tagInput = z.object({ add: optional(z.string().trim().max(40)).optional(), remove: z.string().max(40).optional() });
export const watchInput = z.object({ watch: flag });
export const numberInput = z.object({ number: z.coerce.number().int().positive().max(2_147_483_647) });
export const viewInput = z.object({ name: z.string().trim().min(1).max(60), shared: flag, is_default: flag });
