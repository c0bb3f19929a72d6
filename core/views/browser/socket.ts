import { io, type Socket } from 'socket.io-client';

const watched = new Set<string>();
const hints: ((topic: string) => void)[] = [];
const connects: (() => void)[] = [];
const reconnects: (() => void)[] = [];
let socket: Socket | null = null;

/** Connects when there is something to hear; sockets carry hints only, never data. */
function connect(): Socket {
  if (socket) return socket;
  const made = io({ path: '/socket.io', transports: ['websocket', 'polling'] });
  let before = false;
  made.on('connect', () => {
    if (watched.size > 0) made.emit('watch', [...watched]);
    for (const run of connects) run();
    if (before) for (const run of reconnects) run();
    before = true;
  });
  made.on('hint', (topic: unknown) => {
    if (typeof topic === 'string') for (const run of hints) run(topic);
  });
  // Rights changed or the server restarts: it closes the socket and expects us again.
  made.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') setTimeout(() => made.connect(), 1000);
  });
  socket = made;
  return made;
}

export function watch(topics: readonly string[]): void {
  const added = topics.filter((topic) => !watched.has(topic));
  if (added.length === 0) return;
  for (const topic of added) watched.add(topic);
  const made = connect();
  if (made.connected) made.emit('watch', added);
}

export function onHint(run: (topic: string) => void): void {
  hints.push(run);
}

/** Says that this person is at a thing; without a connection it is said once there is one. */
export function signal(topic: string, state: 'views' | 'types' | 'gone'): void {
  const made = connect();
  if (made.connected) made.emit('presence', topic, state);
}

export function onConnect(run: () => void): void {
  connects.push(run);
}

/** After a gap hints may have been missed. */
export function onReconnect(run: () => void): void {
  reconnects.push(run);
}

export function listen(): void {
  connect();
}
