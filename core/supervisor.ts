import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** Exit code of a server that cannot start for a reason that a restart does not mend, such as a wrong configuration. */
export const cannotStart = 78;
const pauseMs = 1_000;

/** Keeps a server running: restarts it a second after a crash, passes signals on, and ends with it when it ends on purpose. */
export async function supervise(start: () => ChildProcess): Promise<void> {
  let stopping = false;
  for (;;) {
    const child = start();
    const pass = (signal: NodeJS.Signals): void => {
      stopping = true;
      child.kill(signal);
    };
    process.on('SIGINT', pass).on('SIGTERM', pass);
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    process.off('SIGINT', pass).off('SIGTERM', pass);
    if (stopping || code === 0 || code === cannotStart) process.exit(code ?? 0);
    console.error(`Portico ended unexpectedly (${code ?? 'killed'}); starting again.`);
    await delay(pauseMs);
  }
}
