import Handlebars from 'handlebars';
import { same } from './logic-helpers.js';
import { items, shown } from './runtime.js';

interface Piece {
  value: unknown;
  chosen: boolean;
  /** `<option value="..."` and what follows `selected`. */
  begin: string;
  end: string;
}
/** Markup of lists that many pages show, such as time zones: kept as long as the list itself. */
const kept = new WeakMap<object, readonly Piece[]>();

function piecesOf(list: unknown): readonly Piece[] {
  const known = Object.isFrozen(list) ? kept.get(list as object) : undefined;
  if (known) return known;
  const pieces = items(list).map((item): Piece => {
    const { value, label, selected, disabled } = item as Record<string, unknown>;
    return { value, chosen: Boolean(selected), begin: `<option value="${shown(value)}"`, end: `${disabled ? ' disabled' : ''}>${shown(label)}</option>` };
  });
  if (Object.isFrozen(list)) kept.set(list as object, pieces);
  return pieces;
}

/** The options of a select: `{ value, label, selected?, disabled? }` each. A frozen list is written once. */
export function optionMarkup(list: unknown, selected: unknown): Handlebars.SafeString {
  return new Handlebars.SafeString(
    piecesOf(list)
      .map(({ value, chosen, begin, end }) => begin + (chosen || same(value, selected) ? ' selected' : '') + end)
      .join(''),
  );
}
