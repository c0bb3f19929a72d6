import { createHmac } from 'node:crypto';
import type { GuardedFetch } from '../outgoing/guarded-fetch.js';
import type { DeliveryRow } from './model.js';

/** Characters of an answer that the log keeps. */
const excerpt = 500;

/** What became of one attempt. `status` is null when no answer came; `answer` is its beginning, or why there is none. */
export interface Outcome {
  ok: boolean;
  status: number | null;
  milliseconds: number;
  answer: string;
}

/**
 * The signature header: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`, with one `v1` for each secret that is in force. The scheme is
 * that of Stripe (https://docs.stripe.com/webhooks#verify-manually), so that libraries and examples for it can be used. The key is the
 * whole secret as it was shown, in UTF-8. Receivers should refuse a `t` that is more than five minutes off, against replays.
 */
function signature(secrets: readonly string[], at: Date, body: string): string {
  const t = Math.floor(at.getTime() / 1000);
  const signed = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`);
  return [`t=${t}`, ...signed].join(',');
}

/** Posts one delivery. Everything but 2xx is a failure, a redirect too: it could lead to anywhere. Never throws. */
export async function post(
  fetch: GuardedFetch,
  to: { url: string; secrets(): readonly string[] },
  { id, event, body }: Pick<DeliveryRow, 'id' | 'event' | 'body'>,
  at: Date,
  signal: AbortSignal,
): Promise<Outcome> {
  const began = performance.now();
  const took = (): number => Math.round(performance.now() - began);
  try {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
      'User-Agent': 'Portico-Webhooks/1',
      'Portico-Event': event,
      'Portico-Delivery': id,
      'Portico-Signature': signature(to.secrets(), at, body),
    };
    const answer = await fetch(to.url, { method: 'POST', headers, body, signal });
    return { ok: answer.ok, status: answer.status, milliseconds: took(), answer: readable(await answer.text()) };
  } catch (error) {
    return { ok: false, status: null, milliseconds: took(), answer: readable(error instanceof Error ? error.message || error.name : String(error)) };
  }
}

/** The beginning of a foreign text, without control characters and halves of characters. */
function readable(text: string): string {
  return (
    text
      .slice(0, excerpt)
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]|\p{Surrogate}/gu, '�')
  );
}
