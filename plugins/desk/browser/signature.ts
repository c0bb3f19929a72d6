/// <reference lib="dom" />

const ink = '#101828';

/** A field to sign in by finger, pen or mouse: what is drawn becomes a PNG file of the form. Who cannot draw types the name only. */
class Signature extends HTMLElement {
  #drawn = false;

  connectedCallback(): void {
    const canvas = this.querySelector('canvas');
    const input = this.querySelector<HTMLInputElement>('input[type="file"]');
    const context = canvas?.getContext('2d');
    if (!canvas || !input || !context) return;
    const clear = (): void => {
      // Paper stays white in the dark, too: so it is printed.
      context.fillStyle = '#fff';
      context.fillRect(0, 0, canvas.width, canvas.height);
      this.#drawn = false;
      input.value = '';
    };
    const at = (event: PointerEvent): [number, number] => {
      const box = canvas.getBoundingClientRect();
      return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
    };
    const draw = (event: PointerEvent): void => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      // A fast pen moves on between two frames.
      for (const one of event.getCoalescedEvents?.() ?? [event]) context.lineTo(...at(one));
      context.lineTo(...at(event));
      context.stroke();
      this.#drawn = true;
    };
    const lift = (event: PointerEvent): void => {
      draw(event);
      if (this.#drawn) keep(canvas, input);
    };
    clear();
    canvas.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      Object.assign(context, { strokeStyle: ink, lineWidth: 6, lineCap: 'round', lineJoin: 'round' });
      context.beginPath();
      context.moveTo(...at(event));
    });
    canvas.addEventListener('pointermove', draw);
    canvas.addEventListener('pointerup', lift);
    this.querySelector('[data-clear]')?.addEventListener('click', clear);
  }
}

/** At once, not as a promise: the form may be sent with the same tap that follows. */
function keep(canvas: HTMLCanvasElement, input: HTMLInputElement): void {
  const [, data = ''] = canvas.toDataURL('image/png').split(',');
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], 'signature.png', { type: 'image/png' }));
  input.files = files.files;
}

customElements.define('desk-signature', Signature);
