import { listen, onHint, onReconnect } from './socket.js';

/** Keeps the number on the bell right: asks for it when the server says that something came or was read. */
export function startBell(): void {
  const bells = [...document.querySelectorAll<HTMLElement>('portico-bell')];
  if (bells.length === 0) return;
  const update = () => void refresh(bells);
  listen();
  onHint((topic) => {
    if (topic === 'inbox') update();
  });
  onReconnect(update);
}

async function refresh(bells: readonly HTMLElement[]): Promise<void> {
  const response = await fetch('/notifications/unread', { headers: { accept: 'application/json', 'x-live': '1' } }).catch(() => null);
  if (!response?.ok) return;
  const { unread } = (await response.json()) as { unread: number };
  for (const bell of bells) {
    bell.dataset['unread'] = String(unread);
    const count = bell.querySelector<HTMLElement>('.bell-count');
    if (!count) continue;
    count.textContent = unread > 99 ? '99+' : String(unread);
    count.hidden = unread === 0;
  }
}
