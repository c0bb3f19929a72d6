import { io, type Socket } from 'socket.io-client';
import { eventually } from '../support/eventually.js';
import type { DeskStarted } from './desk-run.js';

const count = 2_000;
const changes = 20;

/** Milliseconds from the moment at which a status is changed until each open socket that watches the request was told. */
export async function hintTimes({
  staffUrl,
  staffCookie,
  token,
  changing,
}: DeskStarted): Promise<{ sockets: number; changes: number; p50: number; p99: number }> {
  const sockets: Socket[] = [];
  const times: number[] = [];
  let [sent, told] = [0, 0];
  for (let part = 0; part < count; part += 50) sockets.push(...(await Promise.all(Array.from({ length: 50 }, open))));
  const change = async (status: string): Promise<void> => {
    const answer = await fetch(`${staffUrl}/api/v1/desk/requests/${changing}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ status }),
    });
    if (answer.status !== 200) throw new Error(`A change answered ${answer.status}: ${await answer.text()}`);
  };
  for (let n = 0; n < changes; n += 1) {
    [sent, told] = [performance.now(), 0];
    await change(n % 2 === 0 ? 'accepted' : 'waiting');
    await eventually(async () => told === count, `hint ${n} at all sockets`, 30_000);
  }
  for (const socket of sockets) socket.disconnect();
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor(times.length * part)] ?? 0;
  return { sockets: count, changes, p50: at(0.5), p99: at(0.99) };

  async function open(): Promise<Socket> {
    const socket = io(staffUrl, { transports: ['websocket'], reconnection: false, forceNew: true, extraHeaders: { cookie: staffCookie, origin: staffUrl } });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    socket.on('hint', () => {
      times.push(performance.now() - sent);
      told += 1;
    });
    socket.emit('watch', [`desk.request:${changing}`]);
    return socket;
  }
}
