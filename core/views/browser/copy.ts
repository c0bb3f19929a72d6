import { onClick } from './dom.js';

/** `<button data-copy="text" data-copied="Copied">` */
export function startCopy(): void {
  onClick('[data-copy]', (button) => {
    void navigator.clipboard.writeText(button.dataset['copy'] ?? '').then(() => {
      const label = button.querySelector('span') ?? button;
      const before = label.textContent;
      label.textContent = button.dataset['copied'] ?? before;
      setTimeout(() => (label.textContent = before), 2000);
    });
  });
}
