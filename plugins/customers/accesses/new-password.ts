import { randomInt } from 'node:crypto';

/** Without signs that are mistaken for each other when they are read out or written down. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A one-time password of four groups: 78 bits. */
export function newPassword(): string {
  const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}
