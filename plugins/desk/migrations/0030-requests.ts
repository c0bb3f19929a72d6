import { addColumns, createTable, type Migration } from '../../../core/api.js';
import { Drafts, Links, Mentions, Reads, RequestEvents, Tags, Watchers } from '../requests/tables.js';
import { Messages, Requests } from '../tables.js';
import { never } from '../types.js';

export const up: Migration = async ({ db, queryInterface }) => {
  await addColumns(queryInterface, Requests, ['importance', 'open', 'origin', 'due_at', 'merged_into', 'version', 'updated_at']);
  await addColumns(queryInterface, Messages, ['origin', 'held_until']);
  await db.run("UPDATE desk_requests SET open = 0 WHERE status IN ('solved', 'closed', 'rejected')");
  await db.run('UPDATE desk_requests SET updated_at = created_at WHERE updated_at = ?', [never]);
  // One index per way the workspace narrows and sorts, each ending in the columns of the cursor.
  await createTable(queryInterface, Requests.table, Requests.attributes, [
    { fields: ['open', 'due_at', 'id'] },
    { fields: ['open', 'updated_at', 'id'] },
    { fields: ['solver_id', 'open', 'due_at', 'id'] },
    { fields: ['solver_id', 'open', 'updated_at', 'id'] },
    { fields: ['customer_id', 'open', 'due_at', 'id'] },
    { fields: ['status', 'due_at', 'id'] },
    { fields: ['installation_id', 'id'] },
    { fields: ['merged_into'] },
  ]);
  await createTable(queryInterface, Watchers.table, Watchers.attributes, [{ fields: ['account_id', 'request_id'] }]);
  await createTable(queryInterface, Tags.table, Tags.attributes, [{ fields: ['tag', 'request_id'] }]);
  await createTable(queryInterface, Links.table, Links.attributes, [{ fields: ['other_id'] }]);
  await createTable(queryInterface, RequestEvents.table, RequestEvents.attributes, [{ fields: ['request_id', 'id'] }]);
  await createTable(queryInterface, Mentions.table, Mentions.attributes, [{ fields: ['account_id', 'seen', 'request_id'] }, { fields: ['request_id'] }]);
  await createTable(queryInterface, Reads.table, Reads.attributes, [{ fields: ['request_id'] }]);
  await createTable(queryInterface, Drafts.table, Drafts.attributes, [{ fields: ['request_id'] }]);
};
