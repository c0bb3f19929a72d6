import { lookup, type LookupAddress } from 'node:dns';
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Fetches an address that somebody typed. The answer to a redirect is the redirect itself. */
export type GuardedFetch = (
  url: string,
  init?: { method?: string; headers?: ConstructorParameters<typeof Headers>[0]; body?: unknown; signal?: AbortSignal | null },
) => Promise<Response>;

const maxBytes = 1_000_000;
const noBody = new Set([204, 205, 304]);
/** Private, local, reserved, and IPv6 that only wraps IPv4. */
const inside = listOf([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4', '::/127', '::ffff:0:0/96', '64:ff9b::/96', '2002::/16', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
]);

/**
 * Requests that reach public addresses only, by TLS only, with a limit of time and size, without following redirects. The name is resolved once and
 * that very address is connected to. `allow` (addresses, networks, `loopback`) lists what the operator permits besides, also by plain HTTP.
 */
export function guardedFetch(allow: readonly string[], milliseconds = 10_000): GuardedFetch {
  const allowed = listOf(allow.flatMap((entry) => (entry === 'loopback' ? ['127.0.0.0/8', '::1/128'] : [entry])));
  const assertMay = (address: string, secure: boolean): void => {
    if (has(allowed, address)) return;
    if (has(inside, address)) throw new Error(`${address} is a private address, which the configuration does not allow (outgoing.allow)`);
    if (!secure) throw new Error('The address must begin with https://');
  };
  return (text, { method = 'GET', headers, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(text);
      const secure = url.protocol === 'https:';
      if (!secure && url.protocol !== 'http:') throw new Error('The address must begin with https://');
      const host = url.hostname.replace(/^\[|\]$/g, '');
      // An address instead of a name is connected to without a look-up.
      if (isIP(host)) assertMay(host, secure);
      const resolved: LookupFunction = (name, options, done) =>
        lookup(name, { ...options, all: true }, (error, addresses) => {
          try {
            if (error) throw error;
            for (const { address } of addresses) assertMay(address, secure);
            const [first] = addresses as [LookupAddress];
            if (options.all) done(null, addresses);
            else done(null, first.address, first.family);
          } catch (refused) {
            done(refused as NodeJS.ErrnoException, '', 0);
          }
        });
      const sent = body === undefined || body === null ? undefined : body instanceof Uint8Array ? body : String(body);
      const request = (secure ? overHttps : overHttp)(
        url,
        { method, headers: Object.fromEntries(new Headers(headers)), lookup: resolved, agent: false },
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

/** Kept apart by family: one list would also take IPv4 addresses for their IPv6 form. */
interface Networks {
  ipv4: BlockList;
  ipv6: BlockList;
}
function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function listOf(networks: readonly string[]): Networks {
  const list = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of networks) {
    const [address = '', bits] = entry.split('/');
    const family = familyOf(address);
    list[family].addSubnet(address, bits ? Number(bits) : family === 'ipv6' ? 128 : 32, family);
  }
  return list;
}

function has(list: Networks, address: string): boolean {
  const family = familyOf(address);
  return list[family].check(address, family);
}
