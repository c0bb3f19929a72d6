import { z } from 'zod';
import { ticked } from '../http/input.js';
import type { DeliveryRow } from './model.js';

/** What is typed about a webhook. */
export const webhookInput = z.object({
  name: z.string().trim().min(1).max(80),
  url: z
    .string()
    .trim()
    .max(500)
    .refine((text) => /^https?:\/\/[^\s#@]+$/.test(text) && URL.canParse(text), 'core:webhooks.error.url')
    .describe('Where events are posted to, by HTTPS.'),
  events: z
    .union([z.string().max(120), z.array(z.string().max(120)).max(500)])
    .default([])
    .transform((chosen) => [...new Set([chosen].flat())])
    .describe('Names of events, such as GET /webhook-events lists them.'),
  customer_id: z
    .union([z.literal('').transform(() => null), z.null(), z.coerce.number().int().positive().max(2_147_483_647)], 'core:webhooks.error.customer')
    .default(null)
    .describe('Only events about this customer; null = of everybody.'),
  active: ticked,
});
/** Checked data of a webhook. */
export type WebhookInput = z.output<typeof webhookInput>;

/** A webhook as its pages see it; its secret is told only when it is made. */
export interface Webhook {
  id: number;
  name: string;
  url: string;
  events: string[];
  customerId: number | null;
  active: boolean;
  /** The first failure since the last success. */
  failingSince: Date | null;
  /** When it was switched off because nothing arrived any more. */
  disabledAt: Date | null;
  createdAt: Date;
}
/** An event that can be chosen. */
export interface WebhookEvent {
  name: string;
  plugin: string;
  /** Translation key of what it is called. */
  label: string;
}
/** A line of the log. */
export interface Delivery {
  id: string;
  event: string;
  state: DeliveryRow['status'];
  attempts: number;
  createdAt: Date;
  /** End of the last attempt. */
  sentAt: Date | null;
  milliseconds: number | null;
  /** Status of the answer; null = none came. */
  answerStatus: number | null;
  /** Beginning of the answer, or why there was none. */
  answer: string | null;
  /** When it is tried next. */
  nextAt: Date | null;
}
/** Which lines of the log; `before` is the id at which the page before ended. */
export interface DeliveryFilter {
  state?: DeliveryRow['status'] | undefined;
  event?: string | undefined;
  before?: string | undefined;
  limit: number;
}
