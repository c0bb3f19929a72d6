import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { DeliveryModel, WebhookModel } from '../webhooks/model.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, WebhookModel.table, WebhookModel.attributes, [{ fields: ['customer_id'] }]);
  await createTable(queryInterface, DeliveryModel.table, DeliveryModel.attributes, [
    // What is due; the log, and the log by state and by event; what belongs to a customer.
    { fields: ['webhook_id', 'status', 'next_at'] },
    { fields: ['webhook_id', 'id'] },
    { fields: ['webhook_id', 'status', 'id'] },
    { fields: ['webhook_id', 'event', 'id'] },
    { fields: ['customer_id'] },
  ]);
};
