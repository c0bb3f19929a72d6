import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { isIP } from 'node:net';
import { AddressGuard } from './address-guard.js';

/** Fetches an address that somebody typed. The answer to a redirect is the redirect itself. */
export type GuardedFetch = (
  url: string,
  init?: { method?: string; headers?: ConstructorParameters<typeof Headers>[0]; body?: unknown; signal?: AbortSignal | null },
) => Promise<Response>;

const maxBytes = 1_000_000;
const noBody = new Set([204, 205, 304]);

/**
 * Requests that reach public addresses only, by TLS only, with a limit of time and size, without following redirects. The name is resolved once and
 * that very address is connected to. `allow` (addresses, networks, `loopback`) lists what the operator permits besides, also by plain HTTP.
 */
export function guardedFetch(allow: readonly string[], milliseconds = 10_000): GuardedFetch {
  const guard = new AddressGuard(allow);
  return (text, { method = 'GET', headers, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(text);
      const secure = url.protocol === 'https:';
      if (!secure && url.protocol !== 'http:') throw new Error('The address must begin with https://');
      const host = url.hostname.replace(/^\[|\]$/g, '');
      // An address instead of a name is connected to without a look-up.
      if (isIP(host)) guard.assertMay(host, secure);
      const sent = body === undefined || body === null ? undefined : body instanceof Uint8Array ? body : String(body);
      const request = (secure ? overHttps : overHttp)(
        url,
        { method, headers: Object.fromEntries(new Headers(headers)), lookup: guard.lookup(secure), agent: false },
        (answer) => {
          const chunks: Buffer[] = [];
          let size = 0;
          answer.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            if ((size += chunk.length) > maxBytes) request.destroy(new Error('The answer is larger than 1 MB'));
          });
          answer.on('error', reject);
          answer.on('end', () => {
            const status = answer.statusCode ?? 502;
            const pairs = Object.entries(answer.headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
            resolve(new Response(noBody.has(status) ? null : Buffer.concat(chunks), { status, headers: pairs }));
          });
        },
      );
      const timer = setTimeout(() => request.destroy(new Error(`No answer within ${milliseconds / 1000} seconds`)), milliseconds);
      const stop = (): void => void request.destroy(new Error('stopped'));
      signal?.addEventListener('abort', stop, { once: true });
      request.on('error', reject);
      request.on('close', () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
      });
      request.end(sent);
    });
}
