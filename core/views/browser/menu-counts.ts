import { onHint, onReconnect, watch } from './socket.js';

/** `<span data-count="/reports" data-count-topic="desk.reports:all">` shows the number that the server counts now. */
export function startMenuCounts(): void {
  const counts = [...document.querySelectorAll<HTMLElement>('[data-count]')];
  const topics = new Set(counts.map((count) => count.dataset['countTopic'] ?? ''));
  if (counts.length === 0) return;
  watch([...topics]);
  onHint((topic) => {
    if (topics.has(topic)) void refresh(counts);
  });
  onReconnect(() => void refresh(counts));
}

async function refresh(counts: readonly HTMLElement[]): Promise<void> {
  const response = await fetch('/menu/counts', { headers: { accept: 'application/json', 'x-live': '1' } }).catch(() => null);
  if (!response?.ok) return;
  const values = (await response.json()) as Record<string, number>;
  for (const count of counts) {
    const value = values[count.dataset['count'] ?? ''] ?? 0;
    count.textContent = new Intl.NumberFormat(document.documentElement.lang).format(value);
    count.hidden = value === 0;
  }
}
