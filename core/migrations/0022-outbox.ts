import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { inboxColumns, outboxColumns } from '../notifications/model.js';

/** Outgoing messages and the inbox behind the bell. */
export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, 'core_outbox', outboxColumns, [
    { fields: ['dedupe_key'], unique: true },
    { fields: ['status', 'next_at'] },
    { fields: ['recipient', 'status'] },
    { fields: ['customer_id'] },
  ]);
  await createTable(queryInterface, 'core_inbox', inboxColumns, [{ fields: ['outbox_id'], unique: true }, { fields: ['account_id', 'read_at'] }]);
};
