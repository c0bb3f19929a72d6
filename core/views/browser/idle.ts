const warnSeconds = 60;
const pingEveryMs = 60_000;
/** Written by the tab that heard from the server last; browsers tell the others. */
const sharedKey = 'portico-active';

/** Warns before the server signs an idle person out. Whoever types or clicks here stays; all tabs agree. */
class Idle extends HTMLElement {
  #last = Date.now();
  #pinged = Date.now();
  #timer = 0;

  connectedCallback(): void {
    const active = () => this.#active();
    for (const name of ['pointerdown', 'keydown']) document.addEventListener(name, active, { passive: true });
    document.addEventListener('htmx:afterRequest', (event) => {
      const { requestConfig } = (event as CustomEvent<{ requestConfig?: { headers: Record<string, string> } }>).detail;
      if (requestConfig?.headers['X-Live'] === undefined) this.#answered();
    });
    addEventListener('storage', (event) => {
      if (event.key === sharedKey) this.#extend(false);
    });
    this.querySelector('[data-stay]')?.addEventListener('click', () => void this.#ping());
    this.querySelector('dialog')?.addEventListener('cancel', () => void this.#ping());
    this.#extend(true);
    this.#timer = setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
  }

  get #dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }

  /** The server counts requests only, so that somebody who writes for long is told to it now and then. */
  #active(): void {
    if (this.#dialog?.open || Date.now() - this.#pinged < pingEveryMs) return;
    void this.#ping();
  }

  #answered(): void {
    this.#pinged = Date.now();
    this.#extend(true);
  }

  async #ping(): Promise<void> {
    this.#pinged = Date.now();
    const response = await fetch('/session/ping', { redirect: 'manual' }).catch(() => null);
    if (response?.ok) this.#extend(true);
    else if (response) location.reload();
  }

  #extend(tell: boolean): void {
    this.#last = Date.now();
    if (this.#dialog?.open) this.#dialog.close();
    if (tell) localStorage.setItem(sharedKey, String(this.#last));
  }

  #tick(): void {
    const left = Number(this.dataset['seconds']) - Math.floor((Date.now() - this.#last) / 1000);
    if (left <= 0) {
      clearInterval(this.#timer);
      location.reload();
      return;
    }
    if (left > warnSeconds) return;
    const text = this.querySelector('[data-left]');
    if (text) text.textContent = new Intl.NumberFormat(document.documentElement.lang, { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(left);
    if (this.#dialog && !this.#dialog.open) this.#dialog.showModal();
  }
}

customElements.define('portico-idle', Idle);
