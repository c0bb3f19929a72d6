import { AuditEntry } from '../audit/model.js';
import { addColumns } from '../database/create-table.js';
import type { Migration } from '../database/types.js';

/** Which API token somebody acted with. */
export const up: Migration = ({ queryInterface }) => addColumns(queryInterface, AuditEntry, ['token']);
