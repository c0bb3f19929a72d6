import { onContent } from './dom.js';

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const waitMs = 500;

/** `<form data-draft="report">`: what was typed survives a reload or a sign-out, in this tab only, until the form is sent. */
export function startDrafts(): void {
  onContent((root) => {
    for (const form of root.querySelectorAll<HTMLFormElement>('form[data-draft]')) keep(form, `portico-draft ${form.dataset['draft'] ?? ''} ${form.action}`);
  });
}

function keep(form: HTMLFormElement, key: string): void {
  let timer = 0;
  restore(form, key);
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(typed(form).map((field) => [field.name, field.value])))), waitMs);
  });
  form.addEventListener('submit', () => {
    clearTimeout(timer);
    sessionStorage.removeItem(key);
  });
}

function restore(form: HTMLFormElement, key: string): void {
  const saved = JSON.parse(sessionStorage.getItem(key) ?? '{}') as Record<string, string>;
  for (const field of typed(form)) {
    const value = saved[field.name];
    if (value !== undefined && field.value === '') field.value = value;
  }
}

function typed(form: HTMLFormElement): Field[] {
  return [...form.elements].filter((element): element is Field => element.matches('textarea[name], select[name], input[type="text"][name]'));
}
