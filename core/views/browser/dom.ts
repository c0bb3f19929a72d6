/** The nearest element at or above an event's target that matches. */
export function closest<E extends HTMLElement>(event: Event, selector: string): E | null {
  return event.target instanceof Element ? event.target.closest<E>(selector) : null;
}

/** Runs for what is on the page now and for every part that htmx puts in later. */
export function onContent(run: (root: ParentNode) => void): void {
  run(document);
  document.addEventListener('htmx:load', (event) => {
    if (event.target instanceof Element) run(event.target);
  });
}

/** Listens for clicks on elements that match, also on those that come later. */
export function onClick(selector: string, run: (element: HTMLElement, event: MouseEvent) => void): void {
  document.addEventListener('click', (event) => {
    const element = closest<HTMLElement>(event, selector);
    if (element) run(element, event);
  });
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName)) &&
    !/^(checkbox|radio|button|submit)$/.test((target as HTMLInputElement).type)
  );
}

/** Picks the sentence whose plural form fits: the samples stand for 1, 2 and 5. */
export function plural(count: number, samples: { one: string; few: string; many: string }): string {
  const rules = new Intl.PluralRules(document.documentElement.lang);
  const wanted = rules.select(count);
  const [sample, text] = (
    [
      [1, samples.one],
      [2, samples.few],
      [5, samples.many],
    ] as const
  ).find(([n]) => rules.select(n) === wanted) ?? [5, samples.many];
  return text.replace(String(sample), new Intl.NumberFormat(document.documentElement.lang).format(count));
}
