import { newSecret } from '../accounts/secrets.js';
import type { SecretBox } from '../settings/secret-box.js';
import type { WebhookRow } from './model.js';

/** How long the secret before the current one signs along. */
export const overlapMs = 86_400_000;

/** Secrets of webhooks: shown once, kept encrypted, because each signature needs them. */
export class WebhookSecrets {
  constructor(private readonly box: SecretBox) {}

  /** A new one, with a prefix by which scanners find it where it was published by mistake. */
  make(id: number): { secret: string; sealed: string } {
    const secret = `whsec_${newSecret()}`;
    return { secret, sealed: this.box.seal(nameOf(id), secret) };
  }

  /** Those that sign now. */
  of({ id, secret, old_secret, old_until }: WebhookRow, now: Date): string[] {
    const sealed = old_secret !== null && old_until !== null && old_until > now ? [secret, old_secret] : [secret];
    return sealed.map((text) => this.box.open(nameOf(id), text));
  }
}
const nameOf = (id: number): string => `webhook ${id}`;
