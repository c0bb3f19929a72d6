import { io, type Socket } from 'socket.io-client';
import type { Client } from './client.js';

/** Opens a socket as a page of this browser does, and collects the hints it gets. */
export async function openSocket(client: Client, origin = client.base): Promise<{ socket: Socket; hints: string[]; close(): void }> {
  const socket = io(client.base, { transports: ['websocket'], reconnection: false, extraHeaders: { cookie: client.cookieHeader, origin } });
  const hints: string[] = [];
  socket.on('hint', (topic: string) => hints.push(topic));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return { socket, hints, close: () => socket.disconnect() };
}
