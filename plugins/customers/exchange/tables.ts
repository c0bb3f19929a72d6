import { DataTypes } from 'sequelize';
import { defineModel } from '../../../core/api.js';
import { savedViewTable } from '../overview/view-table.js';

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const reference = { type: DataTypes.INTEGER, allowNull: false };
const maybe = { type: DataTypes.INTEGER };
const needed = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const moment = { type: DataTypes.DATE(3), allowNull: false };
const texts = { type: DataTypes.TEXT, allowNull: false };

/** An archive of everything known of a customer, to be fetched once. */
export interface ArchiveRow {
  id: number;
  customer_id: number;
  account_id: number | null;
  /** Part of the file's name. */
  file_key: string;
  status: 'making' | 'ready' | 'failed' | 'fetched' | 'expired';
  done: number;
  total: number;
  created_at: Date;
}
export const Archives = defineModel<ArchiveRow>('customers_archives', {
  id,
  customer_id: reference,
  account_id: maybe,
  file_key: needed(60),
  status: needed(10),
  done: { ...reference, defaultValue: 0 },
  total: { ...reference, defaultValue: 0 },
  created_at: moment,
});

/** `draft`: columns are being matched; `checked`: the dry run is there. */
export type ImportStatus = 'draft' | 'checking' | 'checked' | 'running' | 'done' | 'undoing' | 'undone' | 'failed';
export interface ImportRow {
  id: number;
  /** The plugin whose things are imported. */
  kind: string;
  account_id: number | null;
  file_name: string;
  /** JSON: headings of the file. */
  headings: string;
  /** JSON: field of each column, or ''. */
  mapping: string;
  /** Make first accesses, and send their invitations? */
  invite: boolean;
  status: ImportStatus;
  done: number;
  total: number;
  created_at: Date;
}
export const Imports = defineModel<ImportRow>('customers_imports', {
  id,
  kind: { ...needed(40), defaultValue: 'customers' },
  account_id: maybe,
  file_name: needed(200),
  headings: texts,
  mapping: texts,
  invite: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
  status: needed(10),
  done: { ...reference, defaultValue: 0 },
  total: { ...reference, defaultValue: 0 },
  created_at: moment,
});

export type RowVerdict = 'create' | 'change' | 'same' | 'refuse';
/** A line of an import: what stood there, what comes of it, and what came. */
export interface ImportLineRow {
  id: number;
  import_id: number;
  /** Line of the file, for people. */
  line: number;
  /** JSON: the cells. */
  cells: string;
  verdict: RowVerdict | null;
  customer_id: number | null;
  /** The same where it is no customer. */
  object_id: number | null;
  /** JSON: `{ field: [before, after] }` of a change, `{ field: message }` of a refusal. */
  detail: string | null;
  /** `done`: written; `undone`: put back; `kept`: could not be put back. */
  state: 'open' | 'done' | 'undone' | 'kept';
  /** Version of what it is about after it was written: a later change stays. */
  version: number | null;
}
export const ImportLines = defineModel<ImportLineRow>('customers_import_lines', {
  id,
  import_id: reference,
  line: reference,
  cells: texts,
  verdict: { type: DataTypes.STRING(10) },
  customer_id: maybe,
  object_id: maybe,
  detail: { type: DataTypes.TEXT },
  state: { ...needed(10), defaultValue: 'open' },
  version: maybe,
});

export const SavedViews = savedViewTable('customers_views');
