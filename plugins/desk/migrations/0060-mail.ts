import { createTable, type Migration } from '../../../core/api.js';
import { BlockedSenders, Mailboxes, Mails } from '../mail/tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, Mailboxes.table, Mailboxes.attributes);
  await createTable(queryInterface, Mails.table, Mails.attributes, [
    { fields: ['identity'], unique: true },
    { fields: ['state', 'id'] },
    { fields: ['sender', 'received_at'] },
    { fields: ['request_id', 'account_id', 'id'] },
  ]);
  await createTable(queryInterface, BlockedSenders.table, BlockedSenders.attributes, [{ fields: ['address'], unique: true }]);
};
