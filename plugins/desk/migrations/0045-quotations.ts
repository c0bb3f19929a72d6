import { createTable, type Migration } from '../../../core/api.js';
import { QuotationRecipients, QuotationRows, QuotationVersions, Quotations } from '../quotations/tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, Quotations.table, Quotations.attributes, [
    { fields: ['number'], unique: true },
    { fields: ['customer_id', 'id'] },
    { fields: ['status', 'id'] },
    { fields: ['order_id'] },
    { fields: ['request_id'] },
  ]);
  await createTable(queryInterface, QuotationRows.table, QuotationRows.attributes, [{ fields: ['quotation_id', 'position', 'id'] }]);
  await createTable(queryInterface, QuotationVersions.table, QuotationVersions.attributes);
  await createTable(queryInterface, QuotationRecipients.table, QuotationRecipients.attributes, [{ fields: ['account_id', 'quotation_id'] }]);
};
