import { z } from '../../core/api.js';

/** What a customer writes in a conversation. */
export const answerInput = z.object({ text: z.string().trim().min(1).max(10_000) });
/** Files that may go with it. */
export const answerFiles = { fields: ['files'], maxFiles: 6, maxBytes: 15 * 1024 * 1024 };
