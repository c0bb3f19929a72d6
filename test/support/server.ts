import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { outRoot } from '../../core/paths.js';
import { eventually } from './eventually.js';

/** A port that nothing listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface ServerProcess {
  url: string;
  portalUrl: string;
  process: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** Process id of the server below the supervisor. */
  worker(): number | null;
  exited: Promise<number | null>;
  ready(milliseconds?: number): Promise<void>;
}

/** Starts the built product as a process of its own, as `npm start` does. */
export async function startServer(env: Record<string, string>): Promise<ServerProcess> {
  const [staff, portal] = [env['PORTICO_STAFF_PORT'] ?? String(await freePort()), env['PORTICO_PORTAL_PORT'] ?? String(await freePort())];
  const child = spawn(process.execPath, [join(outRoot, 'core/main.js')], {
    env: { PATH: process.env['PATH'], PORTICO_LOG_LEVEL: 'warn', ...env, PORTICO_STAFF_PORT: staff, PORTICO_PORTAL_PORT: portal },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://127.0.0.1:${staff}`;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/health/ready`).then(
      (r) => r.status === 200,
      () => false,
    );
  return {
    url,
    portalUrl: `http://127.0.0.1:${portal}`,
    process: child,
    output: () => output,
    worker: () => childOf(child.pid ?? 0),
    exited: new Promise((resolve) => child.once('exit', resolve)),
    ready: async (milliseconds = 30_000) => void (await eventually(isReady, `the server answers; it said: ${output}`, milliseconds)),
  };
}

function childOf(pid: number): number | null {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, rest = ''] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ');
      if (Number(rest.split(' ')[1]) === pid) return Number(name);
    } catch {
      // It ended meanwhile.
    }
  }
  return null;
}
