import { CodeSendModel, InvitationModel } from '../accounts/models.js';
import { addColumns, createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';

export const up: Migration = async ({ queryInterface }) => {
  await addColumns(queryInterface, InvitationModel, ['code_hash', 'code_tries', 'code_sent_at']);
  await createTable(queryInterface, CodeSendModel.table, CodeSendModel.attributes, [{ fields: ['number_hash', 'sent_at'] }, { fields: ['sent_at'] }]);
};
