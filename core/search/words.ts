import { fold } from '../database/search.js';

/** A piece of a text; marked where a word of the query stands. */
export interface Piece {
  text: string;
  mark: boolean;
}

/** The words of a query in a text: whole ones, the last one from its beginning. Null when there is none. */
export function marked(text: string, query: readonly string[]): Piece[] | null {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const word = fold(found[0]);
    if (!query.some((wanted, index) => (index === query.length - 1 ? word.startsWith(wanted) : word === wanted))) continue;
    if (found.index > end) pieces.push({ text: text.slice(end, found.index), mark: false });
    pieces.push({ text: found[0], mark: true });
    end = found.index + found[0].length;
  }
  if (pieces.length === 0) return null;
  if (end < text.length) pieces.push({ text: text.slice(end), mark: false });
  return pieces;
}

const before = 50;
const length = 200;

/** The place of a text where the query is first met, on one line. Null when it is not in it. */
export function snippet(text: string, query: readonly string[]): Piece[] | null {
  const line = text.replace(/\s+/g, ' ').trim();
  const first = marked(line, query);
  if (!first) return null;
  const at = first[0]?.mark ? 0 : (first[0]?.text.length ?? 0);
  const space = at <= before ? -1 : line.indexOf(' ', at - before);
  const from = space >= 0 && space < at ? space + 1 : Math.max(0, at - before);
  const cut = line.slice(from, from + length).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
  const excerpt = `${from > 0 ? '… ' : ''}${cut}${from + length < line.length ? ' …' : ''}`;
  return marked(excerpt, query) ?? [{ text: excerpt, mark: false }];
}
