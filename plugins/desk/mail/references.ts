import { timingSafeEqual } from 'node:crypto';
import { SECRETS, inject, injectable, type Secrets } from '../../../core/api.js';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** 80 bits: nobody guesses that by mail, and it survives programs that change the case of addresses. */
const length = 16;
const pattern = /(?<![a-z0-9])([ru])(\d{1,15})\.([a-z2-7]{16})(?![a-z0-9])/gi;

/** `r`: an answer to a request; `u`: its reader wants no more mails about it. */
export type ReferenceKind = 'r' | 'u';
/** A reference as it stands in a mail, not checked yet. */
export interface Reference {
  kind: ReferenceKind;
  requestId: number;
  signature: string;
}

/**
 * Signed references such as `r12.k3f9x2m7q4abcdef`. Each belongs to one request and one account, to which it was sent: in a mail from anybody else it
 * counts for nothing, so that who got a copy of a mail cannot write as another.
 */
@injectable()
export class References {
  constructor(@inject(SECRETS) private readonly secrets: Secrets) {}

  make(kind: ReferenceKind, requestId: number, accountId: number): string {
    const bytes = this.secrets.sign('desk.mail-reference', `${kind}:${requestId}:${accountId}`);
    const letters = Array.from(bytes.subarray(0, length), (byte) => alphabet[byte & 31]);
    return `${kind}${requestId}.${letters.join('')}`;
  }

  /** Compares in constant time. */
  isGenuine({ kind, requestId, signature }: Reference, accountId: number): boolean {
    const [given, right] = [Buffer.from(`${kind}${requestId}.${signature}`), Buffer.from(this.make(kind, requestId, accountId))];
    return given.length === right.length && timingSafeEqual(given, right);
  }

  /** All that look like one. */
  find(texts: readonly string[]): Reference[] {
    const found = new Map<string, Reference>();
    for (const [whole, kind = '', id = '', signature = ''] of texts.join('\n').slice(0, 100_000).matchAll(pattern))
      found.set(whole.toLowerCase(), { kind: kind.toLowerCase() as ReferenceKind, requestId: Number(id), signature: signature.toLowerCase() });
    return [...found.values()].slice(0, 20);
  }
}

/** The address to which an answer goes: `support+r12....@company.test`. */
export function tagged(address: string, reference: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}+${reference}${address.slice(at)}`;
}
