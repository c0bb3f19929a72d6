import { onContent } from '../../../../core/views/browser/dom.js';
import { Draft } from './drafts.js';
import { offerMentions } from './mentions.js';
import { offerTemplates } from './slash.js';
import { post, refresh, within } from './page.js';

/** Where replies and notes are written: a draft that is never lost, and a send that asks first when somebody else has written. */
export function startComposer(): void {
  onContent((root) => {
    for (const form of within<HTMLFormElement>(root, 'form[data-composer]')) compose(form);
  });
}

function compose(form: HTMLFormElement): void {
  const field = form.querySelector('textarea');
  if (!field || form.dataset['started'] !== undefined) return;
  form.dataset['started'] = '';
  const state = form.querySelector<HTMLElement>('[data-state]');
  const say = (text: string) => {
    if (state && state.textContent !== text) state.textContent = text;
  };
  const draft = new Draft(form, field, say);
  const reply = field.placeholder;
  const showKind = () => (field.placeholder = draft.kind === 'internal' ? (field.dataset['placeholderNote'] ?? reply) : reply);
  showKind();
  offerMentions(form, field);
  offerTemplates(form, field);
  field.addEventListener('input', () => draft.changed());
  form.addEventListener('change', (event) => {
    if (!(event.target as HTMLInputElement).matches('[name="kind"]')) return;
    showKind();
    draft.changed();
    field.focus();
  });
  // A key never makes a reply of a note, nor the other way: what has been written is switched by hand only.
  form.querySelector('.composer-kinds')?.addEventListener('click', (event) => {
    const label = (event.target as Element).closest('label');
    const radio = label?.querySelector('input');
    if (!radio || (event as MouseEvent).detail > 0 || event.target === radio) return;
    // The label would take the focus to its radio button.
    event.preventDefault();
    if (!radio.checked && field.value.trim() === '') {
      radio.checked = true;
      radio.dispatchEvent(new Event('change', { bubbles: true }));
    } else if (!radio.checked) say(form.dataset[draft.kind === 'internal' ? 'stays' : 'staysPublic'] ?? '');
    field.focus();
  });
  addEventListener('pagehide', () => {
    if (form.isConnected) draft.leave();
  });
  document.addEventListener('htmx:beforeSwap', () => draft.leave());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(form, draft, event.submitter, say);
  });
}

async function send(form: HTMLFormElement, draft: Draft, submitter: HTMLElement | null, say: (text: string) => void): Promise<void> {
  if (form.getAttribute('aria-busy') === 'true') return;
  const body = new FormData(form, submitter);
  const error = form.querySelector<HTMLElement>('[data-error]');
  const wait = (busy: boolean) => {
    form.setAttribute('aria-busy', String(busy));
    submitter?.setAttribute('aria-busy', String(busy));
  };
  if (error) error.hidden = true;
  wait(true);
  say(form.dataset['sending'] ?? '');
  try {
    const answer = await post(form.action, body);
    if (answer.to) {
      draft.sent();
      return location.assign(answer.to);
    }
    say('');
    if (answer.code === 'newer_messages') await askAgain(form);
    else if (error) {
      error.textContent = answer.error ?? '';
      error.hidden = false;
    }
  } catch {
    // Nothing is lost: the draft stays, and it is sent again once there is a connection.
    say(form.dataset['offline'] ?? '');
    addEventListener('online', () => form.isConnected && form.requestSubmit(submitter), { once: true });
  }
  wait(false);
}

/** Somebody wrote meanwhile: that is shown first, and sending again sends. */
async function askAgain(form: HTMLFormElement): Promise<void> {
  const seen = form.querySelector<HTMLInputElement>('[name="seen"]');
  const last = Number(seen?.value ?? 0);
  const response = await fetch(location.href, { headers: { 'hx-request': 'true' } });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const log = document.querySelector('#thread-log');
  log?.replaceChildren(...(page.querySelector('#thread-log')?.childNodes ?? []));
  for (const said of document.querySelectorAll<HTMLElement>('#thread-log .said')) if (Number(said.id.slice(1)) > last) said.classList.add('is-new');
  const newest = page.querySelector<HTMLInputElement>('form[data-composer] [name="seen"]');
  if (seen && newest) seen.value = newest.value;
  const ask = form.querySelector<HTMLElement>('.composer-ask');
  if (ask) ask.hidden = false;
  document.querySelector('#thread-log .said.is-new')?.scrollIntoView({ block: 'nearest' });
  refresh('#facts');
}
