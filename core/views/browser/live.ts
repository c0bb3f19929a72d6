import { onContent } from './dom.js';
import { htmx } from './htmx.js';
import { onHint, onReconnect, watch } from './socket.js';

const freshMs = 2000;
/** Ids of parts that are being refetched because of a hint; they light up when they changed. */
const expected = new Map<string, string>();

/**
 * `<div id="orders" data-live="desk.orders:all">` is refetched from this page when the server touches the topic.
 * `hx-get`, `hx-select` and `hx-swap` may say otherwise; several topics are separated by spaces.
 */
export function startLive(): void {
  document.addEventListener('htmx:beforeProcessNode', (event) => {
    if (event.target instanceof Element) prepare(event.target);
  });
  onContent((root) => {
    const elements = [...root.querySelectorAll('[data-live]')];
    if (root instanceof Element && root.matches('[data-live]')) elements.unshift(root);
    for (const element of elements) {
      prepare(element);
      highlight(element);
    }
    watch(elements.flatMap(topics));
  });
  onHint((topic) => {
    for (const element of document.querySelectorAll('[data-live]')) if (topics(element).includes(topic)) refresh(element, true);
  });
  onReconnect(() => {
    for (const element of document.querySelectorAll('[data-live]')) refresh(element, false);
  });
}

const topics = (element: Element): string[] => element.getAttribute('data-live')?.split(/\s+/).filter(Boolean) ?? [];

function prepare(element: Element): void {
  if (!element.hasAttribute('data-live') || element.hasAttribute('hx-trigger')) return;
  const defaults: Record<string, string> = { 'hx-trigger': 'live', 'hx-get': location.pathname + location.search, 'hx-swap': 'outerHTML', 'hx-target': 'this' };
  if (element.id) defaults['hx-select'] = `#${CSS.escape(element.id)}`;
  for (const [name, value] of Object.entries(defaults)) if (!element.hasAttribute(name)) element.setAttribute(name, value);
}

/** What somebody is typing into, or has opened, waits until they leave it. */
function refresh(element: Element, show: boolean): void {
  const busy = element.contains(document.activeElement) && document.activeElement?.matches('input, textarea, select');
  if (busy || element.querySelector('dialog[open]')) {
    element.addEventListener('focusout', () => setTimeout(() => refresh(element, show), 300), { once: true });
    return;
  }
  if (show && element.id) expected.set(element.id, element.textContent ?? '');
  htmx()?.trigger(element, 'live');
}

function highlight(element: Element): void {
  const before = expected.get(element.id);
  if (before === undefined) return;
  expected.delete(element.id);
  if (before.trim() === element.textContent?.trim()) return;
  element.classList.add('is-fresh');
  setTimeout(() => element.classList.remove('is-fresh'), freshMs);
}
