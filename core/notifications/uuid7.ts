import { randomBytes } from 'node:crypto';

let lastTime = 0;
let counter = 0;

/** A UUID version 7 whose text sorts by time; within one process never out of order, also when the clock stands still or goes back. */
export function uuid7(now: Date): string {
  const time = now.getTime();
  if (time > lastTime) [lastTime, counter] = [time, 0];
  else if (++counter > 0xfff) [lastTime, counter] = [lastTime + 1, 0];
  const stamp = lastTime.toString(16).padStart(12, '0');
  const random = randomBytes(8);
  random[0] = (random[0] & 0x3f) | 0x80;
  const tail = random.toString('hex');
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
