const shownMs = 7000;
const undoMs = 10_000;

/** Goes away by itself, but not while somebody reads or reaches for it. */
class Toast extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    this.querySelector('[data-dismiss]')?.addEventListener('click', () => this.#leave());
    for (const name of ['pointerenter', 'focusin']) this.addEventListener(name, () => clearTimeout(this.#timer));
    for (const name of ['pointerleave', 'focusout']) this.addEventListener(name, () => this.#wait());
    // Read out only when it changes after the page was loaded.
    const text = this.querySelector('.toast-text');
    const sentence = text?.textContent ?? '';
    if (text) setTimeout(() => (text.textContent = sentence), 150);
    this.#wait();
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
