import { addColumns, createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { AuditEntry } from '../audit/model.js';

/** Entries are chained by a digest of their details, which can be blanked afterwards. Older ones keep the hash they have. */
export const up: Migration = async ({ queryInterface }) => {
  await addColumns(queryInterface, AuditEntry, ['salt', 'digest', 'blanked_at']);
  await createTable(queryInterface, AuditEntry.table, AuditEntry.attributes, [{ fields: ['customer_id', 'action'] }, { fields: ['customer_id', 'actor'] }]);
};
