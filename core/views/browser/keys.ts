import { isTyping } from './dom.js';
import { kbds, keyedElements, useKeyed } from './keyed.js';

const offKey = 'portico-keys-off';
/** So long the first of two keys waits for the second. */
const waitMs = 1500;
const allowed = (): boolean => localStorage.getItem(offKey) === null;
let first = '';
let firstAt = 0;

/** Single keys work outside of fields only and can be switched off; AltGr types characters and is never a shortcut. */
export function startKeys(): void {
  for (const box of document.querySelectorAll<HTMLInputElement>('[data-keys-switch]')) {
    box.checked = allowed();
    box.addEventListener('change', () => (box.checked ? localStorage.removeItem(offKey) : localStorage.setItem(offKey, '1')));
  }
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.getModifierState('AltGraph') || event.isComposing || document.querySelector('dialog[open]')) return;
    const chord = event.ctrlKey || event.metaKey;
    const done = chord ? own(`mod+${event.shiftKey ? 'shift+' : ''}${event.key.toLowerCase()}`) : single(event);
    if (done) event.preventDefault();
  });
}

function single(event: KeyboardEvent): boolean {
  if (isTyping(event.target)) return event.key === 'Escape' && leave(event.target);
  if (event.key === 'Shift' || !allowed()) return false;
  // Caps Lock is not Shift: only what Shift made of a key, such as "?", is another one.
  if (event.shiftKey && /^\p{L}$/u.test(event.key)) return false;
  return run(event.key.length === 1 || event.key === 'Escape' ? event.key.toLowerCase() : event.key);
}

/** Esc gives the keys back; what was typed stays. */
function leave(target: EventTarget | null): boolean {
  const field = target as HTMLElement;
  if (!field.closest('main') || field.hasAttribute('aria-activedescendant')) return false;
  field.blur();
  return true;
}

function run(key: string): boolean {
  const both = first && Date.now() - firstAt < waitMs ? `${first} ${key}` : '';
  first = '';
  if (both && own(both)) return true;
  if (key === '/') return focusSearch();
  if (key === '?') return openHelp();
  if (key === 'j' || key === 'ArrowDown') return move(1, key === 'j');
  if (key === 'k' || key === 'ArrowUp') return move(-1, key === 'k');
  if (own(key)) return true;
  if (!keyedElements().some(({ keys }) => keys.startsWith(`${key} `))) return false;
  [first, firstAt] = [key, Date.now()];
  return true;
}

/** A key that the page declares with `data-key`. */
function own(keys: string): boolean {
  const found = keyedElements().find((one) => one.keys === keys);
  if (found) useKeyed(found);
  return found !== undefined;
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[data-search], main input[type="search"]');
  if (field?.checkVisibility()) field.select();
  else document.querySelector<HTMLElement>('[data-palette]')?.click();
  field?.focus();
  return true;
}

/** The list of keys, with those of this page. */
function openHelp(): boolean {
  const dialog = document.getElementById('shortcuts');
  if (!(dialog instanceof HTMLDialogElement)) return false;
  dialog.showModal();
  return true;
}

/** Fills `<dl data-keys-list>` whenever the dialog around it opens. */
export function startKeyList(): void {
  const list = document.querySelector('[data-keys-list]');
  const dialog = list?.closest('dialog');
  if (!list || !dialog) return;
  new MutationObserver(() => {
    if (!dialog.open) return;
    const lines = keyedElements().flatMap(({ keys, text }) => {
      const [term, what] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = text;
      kbds(keys).forEach((kbd, at) => what.append(...(at > 0 ? [' ', kbd] : [kbd])));
      return [term, what];
    });
    list.replaceChildren(...lines);
  }).observe(dialog, { attributes: true, attributeFilter: ['open'] });
}

/** Arrows scroll the page until a row has been reached with J or K. */
function move(step: number, start: boolean): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('main .row-link, main .work-item')];
  const at = rows.findIndex((row) => row === document.activeElement);
  if (rows.length === 0 || (at < 0 && !start)) return false;
  // From the row that is open, else from the top.
  const open = rows.findIndex((row) => row.hasAttribute('aria-current'));
  rows[Math.min(rows.length - 1, Math.max(0, at >= 0 ? at + step : open >= 0 ? open + step : 0))]?.focus();
  return true;
}
