import { addColumns } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { OutboxMessage } from '../notifications/model.js';

/** Where a mail stands in a conversation. */
export const up: Migration = async ({ queryInterface }) => addColumns(queryInterface, OutboxMessage, ['mail']);
