import type { AuditRow } from './model.js';

export interface Difference {
  field: string;
  before: string | null;
  after: string | null;
}

/** The fields of an entry that differ, as text. */
export function differences(row: Pick<AuditRow, 'before' | 'after'>): Difference[] {
  const before = parse(row.before);
  const after = parse(row.after);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((field) => ({ field, before: show(before[field]), after: show(after[field]) }));
}

function parse(text: string | null): Record<string, unknown> {
  return text === null ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function show(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
