import type { Account } from '../../../core/api.js';
import { fold } from '../../customers/api.js';

/** A name as it stands behind the @. */
export interface Mention {
  account: Account;
  /** As it was typed. */
  typed: string;
}

/** Staff who are named in a text: by their whole name, their user name, or a first name that only one of them has. */
export function mentionsIn(text: string, staff: readonly Account[]): Mention[] {
  if (!text.includes('@')) return [];
  const firsts = staff.map(({ name }) => fold(name.split(' ', 1)[0] ?? ''));
  const names = staff
    .flatMap((account, i) => [
      { account, name: fold(account.name) },
      { account, name: fold(account.userName) },
      ...(firsts.filter((one) => one === firsts[i]).length === 1 ? [{ account, name: firsts[i] ?? '' }] : []),
    ])
    .filter(({ name }) => name !== '')
    .sort((a, b) => b.name.length - a.name.length);
  const found = new Map<number, Mention>();
  for (const { index } of text.matchAll(/(?<![\p{L}\p{N}.])@/gu)) {
    const rest = text.slice(index + 1, index + 101);
    const hit = names.map((one) => ({ ...one, typed: begins(rest, one.name) })).find(({ typed }) => typed !== null);
    if (hit?.typed && !found.has(hit.account.id)) found.set(hit.account.id, { account: hit.account, typed: hit.typed });
  }
  return [...found.values()];
}

/** The beginning of the text that is the folded name, as a whole word; null when it is another. */
function begins(text: string, name: string): string | null {
  let end = 0;
  for (const letter of text) {
    if (fold(text.slice(0, end)).length >= name.length) break;
    end += letter.length;
  }
  return fold(text.slice(0, end)) === name && !/^[\p{L}\p{N}\p{M}]/u.test(text.slice(end)) ? text.slice(0, end) : null;
}
