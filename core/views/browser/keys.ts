import { isTyping } from './dom.js';

const offKey = 'portico-keys-off';
const allowed = (): boolean => localStorage.getItem(offKey) === null;

/** Single keys work outside of fields only and can be switched off; AltGr types characters and is never a shortcut. */
export function startKeys(): void {
  for (const box of document.querySelectorAll<HTMLInputElement>('[data-keys-switch]')) {
    box.checked = allowed();
    box.addEventListener('change', () => (box.checked ? localStorage.removeItem(offKey) : localStorage.setItem(offKey, '1')));
  }
  document.addEventListener('keydown', (event) => {
    const modified = event.ctrlKey || event.metaKey || event.altKey || event.getModifierState('AltGraph');
    if (modified || event.isComposing || isTyping(event.target) || !allowed() || document.querySelector('dialog[open]')) return;
    if (run(event.key)) event.preventDefault();
  });
}

function run(key: string): boolean {
  if (key === '/') return focusSearch();
  if (key === '?') return openHelp();
  if (key === 'j' || key === 'ArrowDown') return move(1, key === 'j');
  if (key === 'k' || key === 'ArrowUp') return move(-1, key === 'k');
  return false;
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[data-search], main input[type="search"]');
  if (field) field.select();
  else document.querySelector<HTMLElement>('[data-palette]')?.click();
  field?.focus();
  return true;
}

function openHelp(): boolean {
  const dialog = document.getElementById('shortcuts');
  if (!(dialog instanceof HTMLDialogElement)) return false;
  dialog.showModal();
  return true;
}

/** Arrows scroll the page until a row has been reached with J or K. */
function move(step: number, start: boolean): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('main .row-link, main .work-item')];
  const at = rows.findIndex((row) => row === document.activeElement);
  if (rows.length === 0 || (at < 0 && !start)) return false;
  rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))]?.focus();
  return true;
}
