import { post, refresh, toast, type Answer } from './page.js';

/**
 * Fields that are changed in place: what was chosen shows at once, and goes back with a sentence if it is refused.
 * `form[data-inline]` sends itself when its select changes, `form[data-act]` when it is submitted.
 */
export function startInline(): void {
  document.addEventListener('change', (event) => {
    const select = event.target;
    if (!(select instanceof HTMLSelectElement) || !select.form?.matches('[data-inline]')) return;
    void change(select.form, select);
  });
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches('[data-act], [data-inline]')) return;
    event.preventDefault();
    void act(form, event.submitter);
  });
}

async function change(form: HTMLFormElement, select: HTMLSelectElement): Promise<void> {
  const before = [...select.options].find((option) => option.defaultSelected)?.value ?? select.options[0]?.value ?? '';
  const chosen = select.value;
  const answer = await send(form, null);
  if (answer.ok) for (const option of select.options) option.defaultSelected = option.value === chosen;
  else select.value = before;
  said(answer);
}

async function act(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  submitter?.setAttribute('aria-busy', 'true');
  const answer = await send(form, submitter);
  submitter?.removeAttribute('aria-busy');
  if (answer.ok) form.querySelectorAll<HTMLInputElement>('input:not([type="hidden"])').forEach((input) => (input.value = ''));
  said(answer);
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Answer> {
  try {
    return await post(form.action, new FormData(form, submitter));
  } catch {
    return { ok: false, status: 0, error: document.body.dataset['offline'] ?? '' };
  }
}

/** Shows what the server answered to a change. */
export function said(answer: Answer): void {
  if (answer.to) return location.assign(answer.to);
  if (!answer.ok) toast(answer.error ?? String(answer.status), { bad: true });
  else if (answer.text) toast(answer.text, { undo: answer.undo ?? null });
  // The live hint of the change may be on its way; whoever has no connection for hints sees it all the same.
  refresh('#thread-log');
  refresh('#facts');
}
