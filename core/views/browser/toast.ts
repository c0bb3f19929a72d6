const shownMs = 7000;
const undoMs = 10_000;

/** Goes away by itself, but not while somebody reads or reaches for it. With `data-seconds` the undo counts down, and ends with that. */
class Toast extends HTMLElement {
  #timer = 0;
  #ticks = 0;

  connectedCallback(): void {
    this.querySelector('[data-dismiss]')?.addEventListener('click', () => this.#leave());
    const seconds = Number(this.dataset['seconds'] ?? 0);
    if (seconds > 0) this.#countDown(Date.now() + seconds * 1000);
    else {
      for (const name of ['pointerenter', 'focusin']) this.addEventListener(name, () => clearTimeout(this.#timer));
      for (const name of ['pointerleave', 'focusout']) this.addEventListener(name, () => this.#wait());
      this.#wait();
    }
    // Read out only when it changes after the page was loaded.
    const text = this.querySelector('.toast-text');
    const sentence = text?.textContent ?? '';
    if (text) setTimeout(() => (text.textContent = sentence), 150);
  }
  disconnectedCallback(): void {
    clearInterval(this.#ticks);
  }

  #countDown(end: number): void {
    const left = this.querySelector<HTMLElement>('[data-left]');
    const show = () => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      if (left) left.textContent = ` ${Math.max(0, seconds)}`;
      if (seconds > 0) return;
      clearInterval(this.#ticks);
      this.#leave();
    };
    show();
    this.#ticks = setInterval(show, 250);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#leave(), this.querySelector('form') ? undoMs : shownMs);
  }

  #leave(): void {
    this.classList.add('is-going');
    setTimeout(() => this.remove(), 250);
  }
}

customElements.define('portico-toast', Toast);
