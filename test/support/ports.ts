import { createServer, type Server } from 'node:net';

/** Listens on a port of this machine, so that it is busy. 0 = any free one. */
export async function occupy(port = 0): Promise<{ port: number; release(): Promise<void> }> {
  const server: Server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A port that is free now: the wanted one unless something else has it. */
export async function freePort(wanted = 0): Promise<number> {
  const taken = await occupy(wanted).catch(() => occupy());
  await taken.release();
  return taken.port;
}
