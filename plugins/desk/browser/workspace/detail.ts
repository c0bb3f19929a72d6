import { onContent } from '../../../../core/views/browser/dom.js';
import { within } from './page.js';

const skeletonMs = 300;
const lastKey = 'portico-desk-last';

/** The request that is open: opened without loading the page anew, followed by the list, closed with Esc to where one was. */
export function startDetail(): void {
  let waiting = 0;
  document.addEventListener('htmx:beforeRequest', (event) => {
    const { target } = (event as CustomEvent<{ target: Element }>).detail;
    if (target.id !== 'detail') return;
    clearTimeout(waiting);
    waiting = setTimeout(() => showSkeleton(target), skeletonMs);
  });
  for (const name of ['htmx:afterSwap', 'htmx:responseError', 'htmx:sendError'])
    document.addEventListener(name, (event) => {
      clearTimeout(waiting);
      const { target } = (event as CustomEvent<{ target?: Element }>).detail;
      if (target?.id === 'detail' && name !== 'htmx:afterSwap')
        location.assign((event as CustomEvent<{ pathInfo?: { requestPath: string } }>).detail.pathInfo?.requestPath ?? location.href);
    });
  onContent((root) => {
    for (const detail of within(root, '#detail')) opened(detail);
    for (const held of within<HTMLFormElement>(root, 'form[data-until]')) countDown(held);
  });
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-side-close]')) (document.activeElement as HTMLElement | null)?.blur();
  });
  focusLast();
}

function showSkeleton(detail: Element): void {
  const made = document.querySelector<HTMLTemplateElement>('template[data-skeleton]')?.content.cloneNode(true);
  if (!made) return;
  detail.setAttribute('aria-busy', 'true');
  detail.replaceChildren(made);
}

function opened(detail: HTMLElement): void {
  const { open, title } = detail.dataset;
  for (const row of document.querySelectorAll('#desk-list li')) {
    const link = row.querySelector('.work-item');
    if (row.getAttribute('data-id') === open) {
      link?.setAttribute('aria-current', 'true');
      link?.classList.remove('is-unread');
      link?.querySelector('.what > .visually-hidden')?.remove();
    } else link?.removeAttribute('aria-current');
  }
  if (!open) return;
  sessionStorage.setItem(lastKey, open);
  const [name = ''] = document.title.split(' · ').slice(-1);
  if (title) document.title = `${title} · ${name}`;
  const log = detail.querySelector('#thread');
  const fresh = detail.querySelector('.said.is-new') ?? detail.querySelector('.said:last-child');
  // The newest stands in sight, like at the end of a letter.
  if (log) log.scrollTop = fresh ? (fresh as HTMLElement).offsetTop : log.scrollHeight;
}

/** Back in the list, the keys go on where they were. */
function focusLast(): void {
  const last = sessionStorage.getItem(lastKey);
  if (document.querySelector('#detail[data-open]') || !last) return;
  const row = document.querySelector<HTMLElement>(`#desk-list li[data-id="${CSS.escape(last)}"] .work-item`);
  if (document.activeElement === document.body) row?.focus({ preventScroll: true });
}

/** Seconds in which a reply can be taken back. */
function countDown(form: HTMLFormElement): void {
  const end = Date.parse(form.dataset['until'] ?? '');
  const left = form.querySelector('[data-left]');
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    if (left) left.textContent = String(Math.max(0, seconds));
    if (seconds > 0 && form.isConnected) return;
    clearInterval(timer);
    form.remove();
  };
  const timer = setInterval(tick, 250);
  tick();
}
