import { closest, onContent } from './dom.js';
import { onConnect, onHint, signal } from './socket.js';

const beatMs = 5000;
/** Somebody still types for so long after a key. */
const typingMs = 4000;
const prefix = 'presence:';
/** Things whose pages are open here, and when something was last typed about them. */
const here = new Map<string, number>();

/**
 * `<p data-presence="desk.request:12" role="status">` names who else looks at that thing; forms with `data-types="desk.request:12"` say that this
 * person types. A page in a tab that nobody sees says nothing.
 */
export function startPresence(): void {
  onContent(() => {
    const open = new Set(all().map(topicOf));
    for (const topic of here.keys()) {
      if (open.has(topic)) continue;
      here.delete(topic);
      signal(topic, 'gone');
    }
    for (const topic of open) {
      if (here.has(topic)) continue;
      here.set(topic, 0);
      beat();
    }
  });
  document.addEventListener('input', (event) => {
    const topic = closest<HTMLElement>(event, '[data-types]')?.dataset['types'] ?? '';
    const before = here.get(topic);
    if (before === undefined) return;
    here.set(topic, Date.now());
    if (Date.now() - before > typingMs) beat();
    setTimeout(() => stateOf(topic) === 'views' && beat(), typingMs + 50);
  });
  document.addEventListener('submit', (event) => {
    const topic = closest<HTMLElement>(event, '[data-types]')?.dataset['types'] ?? '';
    if (here.has(topic)) here.set(topic, 0);
    beat();
  });
  document.addEventListener('visibilitychange', beat);
  setInterval(beat, beatMs);
  onConnect(beat);
  onHint((topic) => {
    if (topic.startsWith(prefix)) void show(topic.slice(prefix.length));
  });
}

const all = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-presence]')];
const topicOf = (element: HTMLElement): string => element.dataset['presence'] ?? '';
const stateOf = (topic: string): 'types' | 'views' => (Date.now() - (here.get(topic) ?? 0) < typingMs ? 'types' : 'views');

function beat(): void {
  if (document.hidden) return;
  for (const topic of here.keys()) signal(topic, stateOf(topic));
}

async function show(topic: string): Promise<void> {
  const response = await fetch(`/presence?of=${encodeURIComponent(topic)}`, { headers: { 'hx-request': 'true' } }).catch(() => null);
  const people = new DOMParser().parseFromString(response?.ok ? await response.text() : '', 'text/html');
  for (const element of all()) if (topicOf(element) === topic) element.replaceChildren(...[...people.body.children].map((one) => one.cloneNode(true)));
}
