import type { Actor, Message, PermissionId } from '../../../../core/api.js';
import type { ImportLineRow } from '../tables.js';

/** Cells of a line by their fields. */
export type ImportValues = Partial<Record<string, string>>;
/** What comes of a line. `detail`: `{ field: [before, after] }`, or a sentence per field for what is refused. */
export type ImportOutcome =
  | { verdict: 'create'; detail: Record<string, [unknown, unknown]> }
  | { verdict: 'change'; id: number; detail: Record<string, [unknown, unknown]> }
  | { verdict: 'same'; id: number }
  | { verdict: 'refuse'; detail: Record<string, Message> };

/** What can be imported from files: its columns, how a line is judged, written and put back. The rest is the same for all. */
export interface ImportKind<Outcome extends ImportOutcome = ImportOutcome> {
  /** Of the plugin: its jobs are `<plugin>.import-check`, `-run` and `-undo`, its audit actions `<plugin>.import.started` and `.undone`. One kind per plugin. */
  readonly plugin: string;
  readonly permission: PermissionId;
  readonly fields: readonly string[];
  /** Column of the lines that names what came of them. */
  readonly column: 'customer_id' | 'object_id';
  /** Key of a field's label, with its plugin: headings in any language are recognized by it. */
  label(field: string): string;
  /** @throws ForbiddenError for who may not import */
  allowed(actor: Actor): Promise<void>;
  /** Judges lines with a few queries for all of them. Nothing is written. */
  judge(lines: readonly ImportValues[]): Promise<Outcome[]>;
  /** Two lines of one file with the same text are about the same thing. */
  identity(outcome: Outcome, values: ImportValues): string;
  /** Writes a line that was judged 'create' or 'change'. `version`: by which a later change is noticed. */
  write(actor: Actor, outcome: Outcome, options: { invite: boolean }): Promise<{ id: number; version: number | null }>;
  /** Puts back what a line wrote; false when somebody worked with it since. */
  putBack(actor: Actor, line: ImportLineRow): Promise<boolean>;
}
