import { randomInt } from 'node:crypto';

/** Characters that nobody mistakes for each other, on paper or on the phone: neither of O/0/Q, I/L/1, S/5, B/8 and Z/2, one of U/V and 6/G. */
const alphabet = 'ACDEFHJKMNPRTUWXY34679';

/** A random code to be read and typed by people; each character is worth about 4.4 bits. */
export function newCode(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** A code as it was typed, in the form in which it was made: lower case, spaces and dashes do not matter. */
export function normalizeCode(text: unknown): string {
  return typeof text === 'string'
    ? text
        .slice(0, 100)
        .normalize('NFKC')
        .replace(/[\s\-‐-―]/g, '')
        .toUpperCase()
    : '';
}
