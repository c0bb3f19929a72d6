import { plain, post } from './page.js';

const waitMs = 800;
const retryMs = 5000;

/** What is typed and not sent. The server has it within two seconds; until it says so, this browser keeps it. */
export class Draft {
  #timer = 0;
  #saved: string;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly field: HTMLTextAreaElement,
    private readonly say: (text: string) => void,
  ) {
    this.#saved = this.#now();
    const kept = localStorage.getItem(this.#key());
    if (kept !== null) this.#restore(kept);
  }

  #key(): string {
    return `portico-desk-draft ${this.form.dataset['account'] ?? ''} ${new URL(this.form.action).pathname.split('/').at(-2)}`;
  }
  get kind(): string {
    return String(new FormData(this.form).get('kind') ?? 'public');
  }
  #now(): string {
    return `${this.kind}\n${this.field.value}`;
  }

  #restore(kept: string): void {
    const at = kept.indexOf('\n');
    const [kind, text] = [kept.slice(0, at), kept.slice(at + 1)];
    if (text === '') return;
    const radio = this.form.querySelector<HTMLInputElement>(`[name="kind"][value="${kind === 'internal' ? 'internal' : 'public'}"]`);
    if (radio) radio.checked = true;
    this.field.value = text;
    this.changed();
  }

  changed(): void {
    if (this.#now() === this.#saved) return;
    localStorage.setItem(this.#key(), this.#now());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), waitMs);
  }

  async #save(): Promise<void> {
    const now = this.#now();
    try {
      const { ok } = await post(this.form.dataset['draftUrl'] ?? '', this.#body());
      if (!ok) throw new Error('refused');
      this.#saved = now;
      if (this.#now() !== now) return;
      localStorage.removeItem(this.#key());
      this.say(this.field.value === '' ? '' : (this.form.dataset['saved'] ?? ''));
    } catch {
      this.say(this.form.dataset['unsaved'] ?? '');
      if (this.form.isConnected) this.#timer = setTimeout(() => void this.#save(), retryMs);
    }
  }

  /** It has been sent: there is nothing to keep. */
  sent(): void {
    clearTimeout(this.#timer);
    this.#saved = this.#now();
    localStorage.removeItem(this.#key());
  }

  /** The page goes away: what the server does not have yet is sent on the way out. */
  leave(): void {
    if (this.#now() === this.#saved) return;
    clearTimeout(this.#timer);
    const body = this.#body();
    body.set('_csrf', document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? '');
    if (navigator.sendBeacon(this.form.dataset['draftUrl'] ?? '', plain(body))) this.#saved = this.#now();
  }

  #body(): FormData {
    const body = new FormData();
    body.set('kind', this.kind);
    body.set('text', this.field.value);
    return body;
  }
}
