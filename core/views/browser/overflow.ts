/** Moves entries that do not fit from the top navigation into its "More" menu: words are longer in some languages. */
export function startOverflow(): void {
  for (const list of document.querySelectorAll<HTMLElement>('[data-overflow]')) {
    const more = list.querySelector<HTMLElement>('[data-more]');
    const menu = more?.querySelector<HTMLElement>('.menu-list');
    if (!more || !menu) continue;
    const items = [...list.children].filter((child): child is HTMLElement => child !== more && child instanceof HTMLElement);
    const arrange = () => {
      for (const item of items) item.hidden = false;
      more.hidden = true;
      menu.replaceChildren();
      const nav = list.parentElement;
      if (!nav || nav.clientWidth === 0) return;
      const fits = () => list.scrollWidth <= nav.clientWidth;
      if (fits()) return;
      more.hidden = false;
      for (const item of items.toReversed()) {
        item.hidden = true;
        const link = item.querySelector('a')?.cloneNode(true);
        if (link) menu.prepend(link);
        if (fits()) break;
      }
    };
    const observer = new ResizeObserver(arrange);
    // Entries grow, too: when the font arrives, and with their counters.
    for (const box of [list.parentElement ?? list, ...items]) observer.observe(box);
  }
}
