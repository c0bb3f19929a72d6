/** An element that has a key of its own, and what the key does in words. */
export interface Keyed {
  element: HTMLElement;
  /** As written in `data-key`: `r`, `g i` (two in turn), `mod+enter` (Ctrl or ⌘, in fields too), `escape`. */
  keys: string;
  text: string;
}

const named: Record<string, string> = { enter: 'Enter', escape: 'Esc', shift: 'Shift' };
const isMac = /mac|iphone|ipad/i.test(navigator.userAgent);

/**
 * `<button data-key="r" data-key-text="Reply">`: pages declare their keys on the elements that do the thing. Pressing R clicks it, or puts the
 * focus into it when it is a field; the list of keys and the palette show it. Without `data-key-text` the element's own words name it.
 */
export function keyedElements(): Keyed[] {
  const found = new Map<string, Keyed>();
  for (const element of document.querySelectorAll<HTMLElement>('[data-key]')) {
    const keys = element.dataset['key'] ?? '';
    // What is shown wins over the same thing in a menu that is closed, and the later over the earlier.
    if (!found.has(keys) || element.checkVisibility()) found.set(keys, { element, keys, text: textOf(element) });
  }
  return [...found.values()];
}

export function useKeyed({ element }: Keyed): void {
  element.closest('details')?.setAttribute('open', '');
  if (!/^(input|textarea|select)$/i.test(element.tagName)) return element.click();
  element.focus();
  if (element instanceof HTMLSelectElement) element.showPicker?.();
}

/** `<kbd>` for each key, as the person's keyboard names it. */
export function kbds(keys: string): HTMLElement[] {
  return keys.split(' ').map((one) => {
    const kbd = document.createElement('kbd');
    const parts = one.split('+').map((part) => (part === 'mod' ? (isMac ? '⌘' : 'Ctrl') : (named[part] ?? part.toUpperCase())));
    kbd.textContent = parts.join(' ');
    return kbd;
  });
}

function textOf(element: HTMLElement): string {
  const label = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels?.[0]?.textContent : null;
  const own = element.querySelector('span:not(.count)') ?? element;
  return (element.dataset['keyText'] ?? element.getAttribute('aria-label') ?? label ?? own.textContent ?? '').trim();
}
