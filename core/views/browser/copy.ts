import { onClick } from './dom.js';

/** `<button data-copy="text" data-copied="Copied">`; `data-copy="#id"` copies what stands there. */
export function startCopy(): void {
  onClick('[data-copy]', (button) => {
    const from = button.dataset['copy'] ?? '';
    const text = from.startsWith('#') ? (document.querySelector(from)?.textContent ?? '') : from;
    void navigator.clipboard.writeText(text).then(() => {
      const before = [...button.childNodes];
      button.replaceChildren(button.dataset['copied'] ?? '');
      setTimeout(() => button.replaceChildren(...before), 2000);
    });
  });
}
