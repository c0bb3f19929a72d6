import { Agent, request } from 'node:http';

export interface Load {
  sent: number;
  /** What was not answered as expected: `path -> status or error`. */
  failures: string[];
  done: Promise<void>;
}

/** Sends `total` requests, some at a time, round and round over the paths; each must be answered below 400. */
export function load(base: string, paths: readonly string[], options: { total: number; parallel: number; cookie: string }): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: options.parallel });
  const { hostname, port } = new URL(base);
  const state: Load = { sent: 0, failures: [], done: Promise.resolve() };
  const ask = (path: string) =>
    new Promise<void>((resolve) => {
      const fail = (what: string | number | undefined): void => {
        state.failures.push(`${path} -> ${what}`);
        resolve();
      };
      request({ agent, hostname, port, path, headers: { cookie: options.cookie } }, (res) => {
        res.on('error', (error) => fail(error.message));
        res.on('end', () => ((res.statusCode ?? 500) < 400 ? resolve() : fail(res.statusCode)));
        res.resume();
      })
        .on('error', (error) => fail(error.message))
        .end();
    });
  const worker = async (): Promise<void> => {
    while (state.sent < options.total) await ask(paths[state.sent++ % paths.length] ?? '/');
  };
  state.done = Promise.all(Array.from({ length: options.parallel }, worker)).then(() => agent.destroy());
  return state;
}
