import { onContent, plural } from './dom.js';

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** `<form data-save-bar>` shows its bar only when something was changed, says how much, and guards against leaving. */
export function startSaveBars(): void {
  onContent((root) => {
    for (const form of root.querySelectorAll<HTMLFormElement>('form[data-save-bar]:not([data-ready])')) attach(form);
  });
}

function attach(form: HTMLFormElement): void {
  form.dataset['ready'] = '';
  const bar = form.querySelector<HTMLElement>('.save-bar');
  const text = bar?.querySelector<HTMLElement>('[data-one]');
  let sending = false;
  // A form that came back with errors holds changes although no field differs from what the server sent.
  const returned = form.querySelector('[aria-invalid="true"]') !== null;
  const count = () => [...form.elements].filter(isChanged).length;
  const show = () => {
    const changed = count();
    bar?.classList.toggle('is-shown', returned || changed > 0);
    if (!text || changed === 0) return;
    const { one = '', many = '', few = many } = text.dataset;
    text.textContent = plural(changed, { one, few, many });
  };
  form.addEventListener('input', show);
  form.addEventListener('change', show);
  form.addEventListener('reset', () => setTimeout(show));
  form.addEventListener('submit', () => (sending = true));
  addEventListener('beforeunload', (event) => {
    if (!sending && form.isConnected && count() > 0) event.preventDefault();
  });
  show();
}

function isChanged(element: Element): boolean {
  if (!('name' in element) || !element.name) return false;
  const field = element as Field;
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    const before = options.some((option) => option.defaultSelected);
    return options.some((option, at) => option.selected !== (before ? option.defaultSelected : !field.multiple && at === 0));
  }
  if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)) {
    return field.checked !== field.defaultChecked && (field.type === 'checkbox' || field.checked);
  }
  if (field instanceof HTMLInputElement && field.type === 'file') return (field.files?.length ?? 0) > 0;
  return field instanceof HTMLInputElement && field.type === 'hidden' ? false : 'defaultValue' in field && field.value !== field.defaultValue;
}
