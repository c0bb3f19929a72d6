import { setTimeout as delay } from 'node:timers/promises';

/** Waits for work, but not for ever. @throws Error `did not <what> within n s` */
export async function within(milliseconds: number, what: string, work: void | Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = delay(milliseconds, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`did not ${what} within ${milliseconds / 1000} s`);
  });
  late.catch(() => undefined);
  try {
    await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
