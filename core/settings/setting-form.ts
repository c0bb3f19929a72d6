import { isDeepStrictEqual } from 'node:util';
import type { SettingState } from './settings-service.js';
import type { HistoryRow } from './tables.js';

export type Posted = Readonly<Record<string, string | string[] | undefined>>;

/** The values of a posted form by key; fields that mean "leave as it is" (an empty secret, no chosen file) are left out. */
export function readForm(states: readonly SettingState[], posted: Posted): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const state of states.filter((entry) => !entry.decl.readonly)) {
    const value = readField(state, posted);
    if (value !== undefined) values[state.key] = value;
  }
  return values;
}

function readField({ key, decl }: SettingState, posted: Posted): unknown {
  const raw = posted[key];
  switch (decl.type) {
    case 'switch':
      return raw !== undefined;
    case 'several':
      return raw === undefined ? [] : [raw].flat();
    case 'addresses':
      return typeof raw === 'string' ? raw.split(/[\s,;]+/).filter((item) => item !== '') : raw;
    case 'secret':
      return posted[`clear:${key}`] !== undefined ? '' : raw || undefined;
    case 'file':
      return posted[`clear:${key}`] !== undefined ? '' : undefined;
    default:
      return raw;
  }
}

/**
 * Compares a form with what others saved since it was opened.
 * Fields the person did not touch follow the others' change; `conflicts` are those both changed, to different values.
 */
export function rebase(
  states: readonly SettingState[],
  values: Record<string, unknown>,
  since: readonly HistoryRow[],
): { values: Record<string, unknown>; conflicts: HistoryRow[] } {
  const merged = { ...values };
  const conflicts: HistoryRow[] = [];
  for (const { key, decl, value: current } of states) {
    const changes = since.filter((row) => row.key === key);
    const [first] = changes;
    const last = changes.at(-1);
    if (!first || !last || !(key in merged)) continue;
    const original: unknown = first.before === null ? decl.default : JSON.parse(first.before);
    const mine = decl.type === 'number' || decl.type === 'port' || decl.type === 'duration' ? Number(merged[key]) : merged[key];
    if (decl.type !== 'secret' && (isDeepStrictEqual(mine, original) || isDeepStrictEqual(mine, current))) delete merged[key];
    else conflicts.push(last);
  }
  return { values: merged, conflicts };
}
