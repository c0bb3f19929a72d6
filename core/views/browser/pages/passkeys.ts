/// <reference lib="dom" />
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';

/** `<form data-passkey="get|create" data-options="{...}">`: asks the device, then sends its answer in the field `response`. */
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) attach(form);

function attach(form: HTMLFormElement): void {
  const said = form.querySelector<HTMLElement>('[data-said]');
  const say = (what: string): void => {
    if (!said) return;
    said.textContent = said.dataset[what] ?? '';
    said.hidden = said.textContent === '';
  };
  if (!browserSupportsWebAuthn()) say('unsupported');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void ask();
  });
  if ('auto' in form.dataset) void ask();

  async function ask(): Promise<void> {
    say('');
    try {
      const optionsJSON = JSON.parse(form.dataset['options'] ?? '{}');
      const answer = form.dataset['passkey'] === 'create' ? await startRegistration({ optionsJSON }) : await startAuthentication({ optionsJSON });
      const field = form.elements.namedItem('response');
      if (field instanceof HTMLInputElement) field.value = JSON.stringify(answer);
      // Past the listener: this time it goes to the server.
      form.submit();
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (browserSupportsWebAuthn()) say(name === 'InvalidStateError' ? 'known' : name === 'SecurityError' ? 'elsewhere' : 'failed');
    }
  }
}
