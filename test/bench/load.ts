import { fork, type ChildProcess } from 'node:child_process';
import { request, Agent, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import { outRoot } from '../../core/paths.js';

export interface Target {
  /** A function names another one for each request. */
  url: string | (() => string);
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Made anew for each request. */
  body?: () => string;
  status: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 10 });

function once({ url: place, method = 'GET', headers, body, status }: Target): Promise<void> {
  const url = typeof place === 'string' ? place : place();
  const options: RequestOptions = { method, agent, headers };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (answer) => {
      answer.resume();
      answer.once('end', () => (answer.statusCode === status ? resolve() : reject(new Error(`${method} ${url} answered ${answer.statusCode}`))));
    });
    // An idle connection may be closed just as it is used again.
    outgoing.once('error', (error) => (outgoing.reusedSocket ? resolve(once({ url, method, headers, body, status })) : reject(error)));
    outgoing.end(body?.());
  });
}

/** Sends a number of requests, ten at a time. */
export async function load(target: Target, count: number): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      while (left > 0) {
        left -= 1;
        await once(target);
      }
    }),
  );
}

/** Starts a program of this folder and waits for its first message. */
export async function child<T>(name: string, args: readonly string[] = []): Promise<{ process: ChildProcess; first: T }> {
  // As in production: templates are not looked at again.
  const process_ = fork(join(outRoot, 'test/bench', `${name}.js`), [...args], { env: { ...process.env, NODE_ENV: 'production' } });
  const first = await answer<T>(process_);
  return { process: process_, first };
}
const answer = <T>(process_: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`ended with ${code}`));
    process_.once('exit', ended);
    process_.once('message', (message) => {
      process_.off('exit', ended);
      resolve(message as T);
    });
  });

/** CPU time in µs that a child has used. */
export async function usage(process_: ChildProcess): Promise<{ cpu: number; rss: number }> {
  process_.send('cpu');
  const { cpu, rss } = await answer<{ cpu: NodeJS.CpuUsage; rss: number }>(process_);
  return { cpu: cpu.user + cpu.system, rss };
}

/** What one request asks of the database; `rows` null = not known on this engine. */
export interface Work {
  queries: number;
  rows: number | null;
}
/** The least of three requests: timers ask now and then, too. */
export async function workOf(process_: ChildProcess, target: Target): Promise<Work> {
  const all: Work[] = [];
  for (let i = 0; i < 3; i += 1) {
    process_.send('count');
    await answer(process_);
    await once(target);
    process_.send('counted');
    all.push(await answer<Work>(process_));
  }
  return all.toSorted((a, b) => a.queries - b.queries || (a.rows ?? 0) - (b.rows ?? 0))[0]!;
}

/** CPU time per request in µs. */
export async function cost(process_: ChildProcess, target: Target, count: number): Promise<number> {
  const before = (await usage(process_)).cpu;
  await load(target, count);
  return ((await usage(process_)).cpu - before) / count;
}
export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** In the child: tells its CPU time when asked, and stops when told. */
export function serveUsage(close: () => Promise<void>, counting?: { begin(): Promise<void>; end(): Work }): void {
  const end = () => void close().then(() => process.exit(0));
  process.on('message', (message) => {
    if (message === 'stop') end();
    else if (message === 'count') void counting?.begin().then(() => process.send?.({}));
    else if (message === 'counted') process.send?.(counting?.end() ?? {});
    else process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss });
  });
  process.on('disconnect', end);
}
export async function stop(process_: ChildProcess): Promise<void> {
  process_.send('stop');
  await new Promise((resolve) => process_.once('exit', resolve));
}

export interface Measured {
  /** µs of CPU. */
  cost: number;
  /** Against 'hello' in the same round. */
  ratio: number;
}
/** Each page in turn with 'hello', some rounds; prints and gives the medians. */
export async function measure(
  targets: Readonly<Record<string, Target>>,
  subject: ChildProcess,
  base: { process: ChildProcess; target: Target },
  { rounds, count }: { rounds: number; count: number },
  more: (name: string, cost: number) => string | Promise<string> = () => '',
): Promise<Map<string, Measured>> {
  const result = new Map<string, Measured>();
  console.log(`${'page'.padEnd(34)}${'µs'.padStart(8)}${'ratio'.padStart(8)}`);
  for (const [name, target] of Object.entries(targets)) {
    await load(target, count / 2);
    const costs: number[] = [];
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const hello = await cost(base.process, base.target, Math.max(count * 2, 100));
      const own = await cost(subject, target, count);
      costs.push(own);
      ratios.push(own / hello);
    }
    const measured = { cost: median(costs), ratio: median(ratios) };
    result.set(name, measured);
    console.log(`${name.padEnd(34)}${String(Math.round(measured.cost)).padStart(8)}${measured.ratio.toFixed(2).padStart(8)}${await more(name, measured.cost)}`);
  }
  return result;
}
