const most = 6;
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Behind an @ the staff are offered whose names begin like what follows. */
export function offerMentions(form: HTMLFormElement, field: HTMLTextAreaElement): void {
  const list = form.querySelector<HTMLElement>('.mention-list');
  if (!list) return;
  let at = 0;
  list.id = 'mentions';
  const names = [...form.querySelectorAll<HTMLOptionElement>('#staff-names option')].map((option) => option.value);
  const typed = (): { from: number; text: string } | null => {
    const found = /(?:^|[\s(])@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]*)?)$/u.exec(field.value.slice(0, field.selectionStart));
    return found ? { from: field.selectionStart - (found[1] ?? '').length, text: fold(found[1] ?? '') } : null;
  };
  const close = () => {
    list.hidden = true;
    field.removeAttribute('aria-activedescendant');
  };
  const mark = (to: number) => {
    at = (to + list.children.length) % list.children.length;
    [...list.children].forEach((option, index) => option.setAttribute('aria-selected', String(index === at)));
    field.setAttribute('aria-activedescendant', `mention-${at}`);
  };
  const choose = (name: string) => {
    const word = typed();
    if (!word) return;
    field.setRangeText(`${name} `, word.from, field.selectionStart, 'end');
    close();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  };
  const offer = () => {
    const word = typed();
    const found = word
      ? names
          .filter((name) =>
            fold(name)
              .split(' ')
              .some((_, i, parts) => parts.slice(i).join(' ').startsWith(word.text)),
          )
          .slice(0, most)
      : [];
    if (found.length === 0) return close();
    list.replaceChildren(
      ...found.map((name, index) => {
        const option = document.createElement('div');
        option.id = `mention-${index}`;
        option.setAttribute('role', 'option');
        option.textContent = name;
        option.addEventListener('pointerdown', (event) => {
          event.preventDefault();
          choose(name);
        });
        return option;
      }),
    );
    list.hidden = false;
    mark(0);
  };
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', list.id);
  field.addEventListener('input', offer);
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') mark(at + (event.key === 'ArrowDown' ? 1 : -1));
    else if (event.key === 'Enter' || event.key === 'Tab') choose(list.children[at]?.textContent ?? '');
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
