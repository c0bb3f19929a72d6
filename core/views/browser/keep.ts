import { onClick } from './dom.js';

/** What is shown once and has to be kept: `<button data-print>` prints the page, `<button data-save="name.txt" data-text="...">` saves a text. */
export function startKeeping(): void {
  onClick('[data-print]', () => globalThis.print());
  onClick('[data-save]', (button) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([button.dataset['text'] ?? ''], { type: 'text/plain' }));
    link.download = button.dataset['save'] ?? '';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}
