import { plural } from '../../../../core/views/browser/dom.js';
import { htmx } from '../../../../core/views/browser/htmx.js';
import { chosenIds, keepChosen } from './select.js';

const freshMs = 2000;
const scrollKey = 'portico-desk-scroll';

/** The list of requests. It follows what happens, but never moves under the pointer: new requests wait behind a button. */
class DeskList extends HTMLElement {
  connectedCallback(): void {
    // Sent by the page's live hints; this list decides by itself what to do with them.
    this.addEventListener('live', (event) => {
      if (event.target === this) void this.#follow();
    });
    this.#pill()?.addEventListener('click', () => void this.#follow(true));
    this.addEventListener('scroll', () => sessionStorage.setItem(scrollKey, `${this.dataset['view']} ${this.scrollTop}`), { passive: true });
    const [view, top] = (sessionStorage.getItem(scrollKey) ?? '').split(' ');
    if (view === this.dataset['view'] && top) this.scrollTop = Number(top);
  }

  #pill(): HTMLButtonElement | null {
    return this.querySelector('.new-pill');
  }
  #rows(root: ParentNode = this): HTMLLIElement[] {
    return [...root.querySelectorAll<HTMLLIElement>('.work-list > li')];
  }

  async #follow(all = false): Promise<void> {
    const response = await fetch(this.dataset['src'] ?? location.href, { headers: { 'hx-request': 'true', 'x-live': '1' } }).catch(() => null);
    if (!response?.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const list = page.querySelector('desk-list');
    if (!list) return;
    const count = document.getElementById('list-count');
    if (count) count.textContent = page.getElementById('list-count')?.textContent ?? '';
    const known = new Map(this.#rows().map((row) => [row.dataset['id'], row]));
    const rows = this.#rows(list);
    const added = rows.filter((row) => !known.has(row.dataset['id']));
    if (all || known.size === 0 || rows.length === 0) return this.#take(list, added);
    for (const row of rows) this.#update(known.get(row.dataset['id']), row);
    const here = new Set(rows.map((row) => row.dataset['id']));
    for (const [id, row] of known) row.classList.toggle('is-gone', !here.has(id));
    this.#tell(added.length);
  }

  /** Takes the list as it is now. */
  #take(list: Element, added: readonly HTMLLIElement[]): void {
    const ids = chosenIds();
    this.replaceChildren(...list.childNodes);
    keepChosen(ids);
    this.#pill()?.addEventListener('click', () => void this.#follow(true));
    for (const row of added) light(row);
    this.#current();
    htmx()?.process(this);
  }

  #update(old: HTMLLIElement | undefined, row: HTMLLIElement): void {
    const [was, is] = [old?.querySelector('.work-item'), row.querySelector('.work-item')];
    if (!old || !was || !is) return;
    const changed = was.querySelector('.work-text')?.textContent !== is.querySelector('.work-text')?.textContent;
    was.replaceChildren(...is.childNodes);
    was.classList.toggle('is-unread', is.classList.contains('is-unread') && !was.hasAttribute('aria-current'));
    if (changed) light(old);
  }

  #tell(count: number): void {
    const pill = this.#pill();
    if (!pill) return;
    pill.hidden = count === 0;
    const { one = '', few = '', many = '' } = this.dataset;
    pill.textContent = plural(count, { one, few, many });
  }

  #current(): void {
    const open = document.getElementById('detail')?.dataset['open'];
    for (const row of this.#rows()) {
      if (row.dataset['id'] === open) row.querySelector('.work-item')?.setAttribute('aria-current', 'true');
      else row.querySelector('.work-item')?.removeAttribute('aria-current');
    }
  }
}

function light(row: Element): void {
  row.classList.add('is-fresh');
  setTimeout(() => row.classList.remove('is-fresh'), freshMs);
}

customElements.define('desk-list', DeskList);
