import type { ChildProcess } from 'node:child_process';
import { firstRequest } from './desk-data.js';
import { child, measure, stop, usage, workOf, type Measured, type Target } from './load.js';
import { hintTimes } from './hints.js';

/** Milliseconds; `cpu` those of the process and, where it counts them, of the database server. */
export interface SearchTimes {
  p50: number;
  p95: number;
  cpu50: number;
  cpu95: number;
  most: string;
}
export interface DeskStarted {
  staffUrl: string;
  portalUrl: string;
  staffCookie: string;
  portalCookie: string;
  token: string;
  customerId: number;
  thread: number;
  changing: number;
  total: number;
  filled: number;
  bytes: number;
  /** µs of CPU for the numbers of ten views. */
  counters: number;
  search: Record<string, SearchTimes>;
  words: string[];
}

function targets({ staffUrl, portalUrl, staffCookie, portalCookie, token, customerId, thread, total, words }: DeskStarted): Record<string, Target> {
  const page = (path: string): Target => ({ url: staffUrl + path, headers: { cookie: staffCookie }, status: 200 });
  const own = (path: string): Target => ({ url: portalUrl + path, headers: { cookie: portalCookie }, status: 200 });
  const bearer = { authorization: `Bearer ${token}` };
  const rest = (path: string): Target => ({ url: `${staffUrl}/api/v1${path}`, headers: bearer, status: 200 });
  // Each reply to another request, so that no thread grows.
  let next = 0;
  const reply = (): string => `${staffUrl}/api/v1/desk/requests/${firstRequest + ((next += 37) % total)}/messages`;
  const [common, middle, rare] = [words[3]!, words[20]!, words[38]!];
  return {
    'window, list of all': page('/desk/all'),
    'window, list of open ones': page('/desk/open'),
    'window with a thread of 30': page(`/desk/all/${thread}`),
    'REST list of 25': rest('/desk/requests?limit=25'),
    'REST thread of 30': rest(`/desk/requests/${thread}/messages`),
    create: {
      url: `${staffUrl}/api/v1/desk/requests`,
      method: 'POST',
      headers: { ...bearer, 'content-type': 'application/json' },
      body: () => JSON.stringify({ customerId, subject: `${common} ${middle}`, text: words.slice(0, 20).join(' ') }),
      status: 201,
    },
    reply: {
      url: reply,
      method: 'POST',
      headers: { ...bearer, 'content-type': 'application/json' },
      body: () => JSON.stringify({ text: words.slice(5, 20).join(' '), internal: false }),
      status: 201,
    },
    'search, a common word': page(`/search?q=${common}&kind=desk.request`),
    'search, a word of some': page(`/search?q=${middle}&kind=desk.request`),
    'search, a rare word': page(`/search?q=${rare}&kind=desk.request`),
    'search, two words': page(`/search?q=${common}+${middle}&kind=desk.request`),
    'search, a number': page(`/search?q=${100_000 + firstRequest + Math.floor(total / 2)}`),
    'search, everything': page(`/search?q=${common}`),
    'suggestions of the palette': page(`/find.json?q=${middle.slice(0, 3)}`),
    'REST search': rest(`/search?q=${middle}&kind=desk.request`),
    'portal search': own(`/search?q=${common}`),
  };
}

/** The desk with few and with many requests, and what the difference is. */
export async function measureDesk(
  base: { process: ChildProcess; target: Target },
  { rounds, count, sizes }: { rounds: number; count: number; sizes: readonly number[] },
): Promise<void> {
  let before: Map<string, Measured> | null = null;
  const only = process.argv.find((word) => word.startsWith('--only='))?.slice(7) ?? '';
  for (const size of sizes) {
    const { process: subject, first } = await child<DeskStarted>('desk', [String(size)]);
    const memory = Math.round((await usage(subject)).rss / 1_048_576);
    console.log(
      `\n${size} requests, ${size * 3} messages: made in ${Math.round(first.filled / 1000)} s, ${Math.round(first.bytes / 1_048_576)} MB on disk, memory ${memory} MB`,
    );
    console.log(`numbers of ten views: ${(first.counters / 1_000).toFixed(1)} ms of CPU`);
    for (const [who, { p50, p95, cpu50, cpu95, most }] of Object.entries(first.search))
      console.log(`search by ${who}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms (CPU ${cpu50.toFixed(1)} and ${cpu95.toFixed(1)} ms), longest ${most}`);
    const less = before;
    const asked = Object.fromEntries(Object.entries(targets(first)).filter(([name]) => name.includes(only)));
    before = await measure(asked, subject, base, { rounds, count }, async (name, cost) => {
      const { queries, rows } = await workOf(subject, asked[name]!);
      const smaller = less?.get(name)?.cost;
      const growth = smaller === undefined ? '' : `   x ${(cost / smaller).toFixed(2)} of ${sizes[0]}`;
      return `${String(queries).padStart(4)} queries${rows === null ? '' : `${String(rows).padStart(8)} rows read`}${growth}`;
    });
    const { sockets, changes, p50, p99 } = await hintTimes(first);
    console.log(`a status change at ${sockets} open sockets, ${changes} times: p50 ${Math.round(p50)} ms, p99 ${Math.round(p99)} ms`);
    await stop(subject);
  }
}
