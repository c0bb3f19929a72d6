import { onClick } from './dom.js';

/** `<button data-print>` prints the page. */
export function startPrint(): void {
  onClick('[data-print]', () => globalThis.print());
}
