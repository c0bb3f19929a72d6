import { GENESIS } from '../audit/chain.js';
import { auditColumns, auditHeadColumns } from '../audit/model.js';
import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';

/** The audit log and the head of its chain. */
export const up: Migration = async ({ db, queryInterface }) => {
  await createTable(queryInterface, 'core_audit', auditColumns, [
    { fields: ['seq'], unique: true },
    { fields: ['object_kind', 'object_id'] },
    { fields: ['actor'] },
    { fields: ['action'] },
    { fields: ['customer_id'] },
  ]);
  await createTable(queryInterface, 'core_audit_head', auditHeadColumns);
  const [head] = await db.query('SELECT id FROM core_audit_head WHERE id = 1');
  if (head === undefined) await db.run('INSERT INTO core_audit_head (id, seq, hash) VALUES (1, 0, ?)', [GENESIS]);
};
