/** `<form data-confirm="Really?">` asks first; without scripts it is sent at once, so nothing depends on it alone. */
export function startConfirm(): void {
  const dialog = document.getElementById('confirm');
  if (!(dialog instanceof HTMLDialogElement)) return;
  document.addEventListener(
    'submit',
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || !form.dataset['confirm'] || form.dataset['confirmed'] !== undefined) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const text = dialog.querySelector('p');
      if (text) text.textContent = form.dataset['confirm'];
      dialog.returnValue = '';
      dialog.showModal();
      dialog.addEventListener(
        'close',
        () => {
          if (dialog.returnValue !== 'yes') return;
          form.dataset['confirmed'] = '';
          form.requestSubmit(event.submitter);
          delete form.dataset['confirmed'];
        },
        { once: true },
      );
    },
    true,
  );
}
