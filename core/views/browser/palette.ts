import { onClick } from './dom.js';
import { kbds, keyedElements, useKeyed } from './keyed.js';

interface Item {
  label: string;
  group: string;
  icon: Element | null;
  /** Leads there, or is what `run` does. */
  href?: string;
  run?: () => void;
  keys?: string;
  hint?: string;
}
/** What `data-src` answers to `?q=`; without words the things that this person had open last. */
interface Found {
  items: { label: string; href: string; group: string; hint?: string }[];
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Ctrl K: go anywhere by name, do anything that has a key. Knows the navigation and the keys of the page; with `data-src` it asks the server too. */
class Palette extends HTMLElement {
  #items: Item[] = [];
  #at = 0;
  #asked = 0;

  connectedCallback(): void {
    const { dialog, input } = this.#parts();
    onClick('[data-palette]', () => this.#open());
    document.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      if (dialog.open) dialog.close();
      else this.#open();
    });
    input.addEventListener('input', () => void this.#search(input.value));
    input.addEventListener('keydown', (event) => this.#key(event));
  }

  #parts(): { dialog: HTMLDialogElement; input: HTMLInputElement; list: HTMLElement } {
    const dialog = this.querySelector('dialog');
    const input = this.querySelector('input');
    const list = this.querySelector<HTMLElement>('.palette-list');
    if (!dialog || !input || !list) throw new Error('portico-palette needs a dialog, an input and a list');
    return { dialog, input, list };
  }

  #open(): void {
    const { dialog, input } = this.#parts();
    if (document.querySelector('dialog[open]')) return;
    dialog.showModal();
    input.value = '';
    input.focus();
    void this.#search('');
  }

  async #search(text: string): Promise<void> {
    const asked = ++this.#asked;
    const words = fold(text).split(/\s+/).filter(Boolean);
    const known = [...this.#actions(), ...navigation()].filter((item) => words.every((word) => fold(`${item.label} ${item.group}`).includes(word)));
    this.#show(known);
    const source = this.dataset['src'];
    if (!source) return;
    const response = await fetch(`${source}?q=${encodeURIComponent(text)}`, { headers: { accept: 'application/json' } }).catch(() => null);
    if (!response?.ok || asked !== this.#asked) return;
    const found = (await response.json()) as Found;
    this.#show([...found.items.map((item) => ({ ...item, icon: null })), ...known]);
  }

  /** What the page can do, by the keys that it declares; those of the navigation stand at its places. */
  #actions(): Item[] {
    const own = keyedElements().filter(({ element, keys }) => !element.closest('[data-nav]') && keys !== 'escape');
    return own.map((one) => ({
      label: one.text,
      group: this.dataset['actions'] ?? '',
      icon: one.element.querySelector('.icon')?.cloneNode(true) as Element | null,
      keys: one.keys,
      run: () => useKeyed(one),
    }));
  }

  #show(items: Item[]): void {
    const { input, list } = this.#parts();
    this.#items = items;
    list.replaceChildren();
    let group = '';
    items.forEach((item, at) => {
      if (item.group !== group) {
        group = item.group;
        const heading = document.createElement('div');
        heading.className = 'palette-group';
        heading.setAttribute('role', 'presentation');
        heading.textContent = group;
        list.append(heading);
      }
      const link = document.createElement('a');
      link.className = 'palette-item';
      link.id = `palette-${at}`;
      if (item.href) link.href = item.href;
      link.tabIndex = -1;
      link.setAttribute('role', 'option');
      if (item.icon) link.append(item.icon);
      link.append(item.label);
      const keys = document.createElement('span');
      keys.className = 'meta';
      keys.append(...(item.hint ? [item.hint] : []), ...(item.keys ? kbds(item.keys) : []));
      if (keys.childNodes.length > 0) link.append(keys);
      link.addEventListener('click', () => this.#use(item));
      list.append(link);
    });
    const none = this.querySelector<HTMLElement>('[data-none]');
    if (none) none.hidden = items.length > 0;
    list.hidden = items.length === 0;
    input.setAttribute('aria-expanded', String(items.length > 0));
    this.#mark(0);
  }

  #use({ run }: Item): void {
    if (!run) return;
    this.#parts().dialog.close();
    run();
  }

  #mark(at: number): void {
    const { input, list } = this.#parts();
    this.#at = Math.min(Math.max(at, 0), Math.max(0, this.#items.length - 1));
    list.querySelectorAll('[role="option"]').forEach((option, index) => {
      option.setAttribute('aria-selected', String(index === this.#at));
      if (index === this.#at) option.scrollIntoView({ block: 'nearest' });
    });
    if (this.#items.length > 0) input.setAttribute('aria-activedescendant', `palette-${this.#at}`);
    else input.removeAttribute('aria-activedescendant');
  }

  #key(event: KeyboardEvent): void {
    const moves: Record<string, number> = { ArrowDown: this.#at + 1, ArrowUp: this.#at - 1 };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#mark(to);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.querySelector<HTMLElement>(`#palette-${this.#at}`)?.click();
    }
  }
}

/** Every place that this person's navigation leads to. */
function navigation(): Item[] {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('[data-nav] a[href]')];
  return links.map((link) => ({
    label: (link.querySelector('span:not(.count)') ?? link).textContent?.trim() ?? '',
    href: link.href,
    group: link.closest('.nav-section')?.querySelector('.nav-label')?.textContent?.trim() ?? '',
    icon: link.querySelector('.icon')?.cloneNode(true) as Element | null,
    ...(link.dataset['key'] ? { keys: link.dataset['key'] } : {}),
  }));
}

customElements.define('portico-palette', Palette);
