import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until there is an answer; fails after the time with the last error. */
export async function eventually<T>(
  ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  what: string,
  milliseconds = 10_000,
): Promise<T> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await delay(40)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`waited ${milliseconds} ms in vain: ${what}`);
}
