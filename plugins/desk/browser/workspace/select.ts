import { isTyping, onClick, plural } from '../../../../core/views/browser/dom.js';

const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>('.pick input')];
const chosen = (): HTMLInputElement[] => boxes().filter((box) => box.checked);
const boxOf = (element: Element | null): HTMLInputElement | null => element?.closest('li')?.querySelector<HTMLInputElement>('.pick input') ?? null;
/** Where a range begins. */
let last: HTMLInputElement | null = null;

/** Requests of the list are chosen with X, Shift X, Shift and a click, or their boxes; then the bar below says what can be done to all of them. */
export function startSelection(): void {
  if (!document.getElementById('bulk')) return;
  onClick('[data-pick]', (_element, event) => {
    // By its key: the row where the focus is. By hand: the boxes show.
    const row = event.detail === 0 ? (boxOf(document.activeElement) ?? boxOf(document.querySelector('.work-item[aria-current]'))) : null;
    if (row) choose(row, !row.checked);
    else document.getElementById('desk-list')?.classList.toggle('is-picking');
  });
  document.addEventListener(
    'keydown',
    (event) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      const row = boxOf(document.activeElement);
      if (event.shiftKey && event.key.toLowerCase() === 'x' && row) range(row);
      else if (event.key === 'Escape' && chosen().length > 0) clear();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  document.addEventListener(
    'click',
    (event) => {
      if (!(event.target instanceof Element)) return;
      const link = event.shiftKey ? boxOf(event.target.closest('.work-item')) : null;
      const box = event.target instanceof HTMLInputElement && event.target.matches('.pick input') ? event.target : null;
      if (link) {
        event.preventDefault();
        event.stopPropagation();
        range(link);
      } else if (box) {
        if (event.shiftKey && box.checked) range(box);
        else choose(box, box.checked);
      }
    },
    true,
  );
  document.addEventListener('change', (event) => {
    if (!(event.target instanceof HTMLInputElement) || !event.target.matches('[data-all]')) return;
    for (const box of boxes()) box.checked = event.target.checked;
    show();
  });
  onClick('[data-clear]', clear);
  show();
}

/** Ticks these again after the list was taken anew. */
export function keepChosen(ids: ReadonlySet<string>): void {
  for (const box of boxes()) box.checked = ids.has(box.value);
  show();
}
export const chosenIds = (): Set<string> => new Set(chosen().map((box) => box.value));

function choose(box: HTMLInputElement, on: boolean): void {
  box.checked = on;
  last = box;
  show();
}

/** From the box that was chosen last to this one. */
function range(box: HTMLInputElement): void {
  const all = boxes();
  const [from, to] = [last ? all.indexOf(last) : -1, all.indexOf(box)].toSorted((a, b) => a - b);
  all.forEach((one, at) => {
    if (at >= Math.max(0, from ?? 0) && at <= (to ?? 0) && (last || one === box)) one.checked = true;
  });
  choose(box, true);
}

function clear(): void {
  for (const box of boxes()) box.checked = false;
  last = null;
  document.getElementById('desk-list')?.classList.remove('is-picking');
  show();
}

function show(): void {
  const bar = document.getElementById('bulk');
  const count = chosen().length;
  bar?.classList.toggle('is-on', count > 0);
  document.getElementById('desk-list')?.classList.toggle('has-chosen', count > 0);
  const { one = '', few = '', many = '' } = bar?.dataset ?? {};
  const text = bar?.querySelector('[data-chosen]');
  if (text) text.textContent = count > 0 ? plural(count, { one, few, many }) : '';
  const all = bar?.querySelector<HTMLInputElement>('[data-all]');
  if (all) [all.checked, all.indeterminate] = [count > 0 && count === boxes().length, count > 0 && count < boxes().length];
}
