import { onClick } from './dom.js';

/** `<button data-reveal="id" aria-pressed="false">` shows and hides what was typed into a password field. */
export function startReveal(): void {
  onClick('[data-reveal]', (button) => {
    const input = document.getElementById(button.dataset['reveal'] ?? '');
    if (!(input instanceof HTMLInputElement)) return;
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
  });
}
