import { begins, suggest } from './suggest.js';

const most = 6;

/** Behind an @ the staff are offered whose names begin like what follows. */
export function offerMentions(form: HTMLFormElement, field: HTMLTextAreaElement): void {
  const list = form.querySelector<HTMLElement>('.mention-list');
  if (!list) return;
  const names = [...form.querySelectorAll<HTMLOptionElement>('#staff-names option')].map((option) => option.value);
  suggest(field, {
    list,
    pattern: /(?:^|[\s(])@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]*)?)$/u,
    find: (typed) =>
      names
        .filter((name) => begins(name, typed))
        .slice(0, most)
        .map((name) => ({ label: name, choose: (length) => insert(field, length, `${name} `) })),
  });
}

/** Puts a text in the place of what was typed before the cursor. */
export function insert(field: HTMLTextAreaElement, length: number, text: string): void {
  field.setRangeText(text, field.selectionStart - length, field.selectionStart, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
