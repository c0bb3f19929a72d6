/** One thing that is offered while somebody types. */
export interface Suggestion {
  label: string;
  /** Says in short what it is. */
  hint?: string;
  /** Puts it in the place of the `length` characters before the cursor. */
  choose(length: number): void;
}
interface Offer {
  /** Holds the options. */
  list: HTMLElement;
  /** What is shown and hidden; the list itself if nothing is around it. */
  box?: HTMLElement;
  /** Begins an offer; its first group is what was typed. */
  pattern: RegExp;
  find(typed: string): Suggestion[] | Promise<Suggestion[]>;
  /** The option that Enter would take. */
  marked?(suggestion: Suggestion): void;
}

export const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
/** Does one of the words of a name begin like this? */
export const begins = (name: string, typed: string): boolean =>
  fold(name)
    .split(/\s+/)
    .some((_, i, parts) => parts.slice(i).join(' ').startsWith(fold(typed)));

let offers = 0;

/** Offers things while somebody types in a field: arrows move, Enter and Tab take, Esc closes. */
export function suggest(field: HTMLTextAreaElement, { list, box = list, pattern, find, marked }: Offer): void {
  let at = 0;
  let shown: Suggestion[] = [];
  let asked = 0;
  list.id ||= `offer-${(offers += 1)}`;
  const typed = () => pattern.exec(field.value.slice(0, field.selectionStart));
  const close = () => {
    asked += 1;
    // Another offer of the same field may be open.
    if (box.hidden) return;
    box.hidden = true;
    field.removeAttribute('aria-activedescendant');
  };
  const mark = (to: number) => {
    at = (to + shown.length) % shown.length;
    [...list.children].forEach((option, index) => option.setAttribute('aria-selected', String(index === at)));
    list.children[at]?.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', `${list.id}-${at}`);
    const one = shown[at];
    if (one) marked?.(one);
  };
  const take = (index: number) => {
    const length = (typed()?.[1] ?? '').length;
    const one = shown[index];
    close();
    one?.choose(length);
    field.focus();
  };
  const offer = async () => {
    const word = typed();
    if (!word) return close();
    const mine = ++asked;
    const found = await find(word[1] ?? '');
    if (mine !== asked) return;
    shown = found;
    if (shown.length === 0) return close();
    list.replaceChildren(...shown.map((one, index) => option(one, `${list.id}-${index}`, () => take(index))));
    box.hidden = false;
    field.setAttribute('aria-controls', list.id);
    mark(0);
  };
  field.setAttribute('aria-autocomplete', 'list');
  field.addEventListener('input', () => void offer());
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    if (box.hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') mark(at + (event.key === 'ArrowDown' ? 1 : -1));
    else if (event.key === 'Enter' || event.key === 'Tab') take(at);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function option({ label, hint }: Suggestion, id: string, take: () => void): HTMLElement {
  const made = document.createElement('div');
  made.id = id;
  made.setAttribute('role', 'option');
  made.textContent = label;
  if (hint) {
    const small = document.createElement('span');
    small.className = 'meta';
    small.textContent = hint;
    made.append(' ', small);
  }
  // Before the field loses the focus.
  made.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    take();
  });
  return made;
}
