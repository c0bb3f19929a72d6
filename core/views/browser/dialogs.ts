import { onClick, onContent } from './dom.js';

/** `data-dialog="id"` opens, `data-close` and a click beside it close. The native dialog keeps focus inside and gives it back. */
export function startDialogs(): void {
  onClick('[data-dialog]', (opener, event) => {
    const dialog = document.getElementById(opener.dataset['dialog'] ?? '');
    if (!(dialog instanceof HTMLDialogElement)) return;
    event.preventDefault();
    opener.closest('details')?.removeAttribute('open');
    if (!dialog.open) dialog.showModal();
  });
  onClick('dialog [data-close]', (button, event) => {
    event.preventDefault();
    button.closest('dialog')?.close();
  });
  document.addEventListener('click', (event) => {
    const dialog = event.target;
    if (!(dialog instanceof HTMLDialogElement) || !dialog.open || dialog.closest('portico-idle')) return;
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside && event.detail > 0) dialog.close();
  });
  document.addEventListener('keydown', (event) => {
    // Links that open dialogs are buttons to assistive software, so Space must work.
    if (event.key === ' ' && event.target instanceof HTMLAnchorElement && event.target.getAttribute('role') === 'button') {
      event.preventDefault();
      event.target.click();
    }
  });
  // What is wrong is said where the person is: at the summary, after a form came back.
  onContent((root) => root.querySelector<HTMLElement>('[data-focus]')?.focus());
}
