import { randomInt } from 'node:crypto';

/** No O/0, I/l/1, S/5, B/8, Z/2, and no U, so that no words come out: read aloud or off a telephone, each sign is itself (DX-07). */
const alphabet = 'ACDEFGHJKMNPQRTVWXY34679';

/** A code that people type: 4.5 bits per sign. */
export function newCode(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** What was meant by what was typed: capitals, without spaces and hyphens. Empty when it cannot be a code. */
export function normalizeCode(text: unknown): string {
  if (typeof text !== 'string' || text.length > 100) return '';
  const code = text.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '');
  return [...code].every((sign) => alphabet.includes(sign)) ? code : '';
}

/** In groups of four, as people read them. */
export function groupCode(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}
