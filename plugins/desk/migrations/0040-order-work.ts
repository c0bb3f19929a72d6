import { addColumns, createTable, readRows, type Migration } from '../../../core/api.js';
import { sheetOf, type StoredRow } from '../../customers/api.js';
import { Articles, Checklists, Exports, OrderChecks, OrderFiles, OrderTechnicians, Signatures, TimeEntries } from '../orders/tables.js';
import { OrderRows, Orders } from '../tables.js';

export const up: Migration = async ({ db, queryInterface }) => {
  await addColumns(queryInterface, OrderRows, ['discount']);
  await addColumns(queryInterface, Orders, ['value', 'purchase_value', 'export_id']);
  await createTable(queryInterface, Orders.table, Orders.attributes, [{ fields: ['export_id', 'status', 'id'] }]);
  await createTable(queryInterface, Articles.table, Articles.attributes, [{ fields: ['number_key'], unique: true }, { fields: ['active', 'number_key'] }]);
  await createTable(queryInterface, TimeEntries.table, TimeEntries.attributes, [{ fields: ['order_id', 'start'] }, { fields: ['account_id', 'minutes'] }]);
  await createTable(queryInterface, Checklists.table, Checklists.attributes);
  await createTable(queryInterface, OrderChecks.table, OrderChecks.attributes, [{ fields: ['order_id', 'position', 'id'] }]);
  await createTable(queryInterface, OrderTechnicians.table, OrderTechnicians.attributes, [{ fields: ['account_id', 'order_id'] }]);
  await createTable(queryInterface, OrderFiles.table, OrderFiles.attributes, [{ fields: ['order_id'] }]);
  await createTable(queryInterface, Signatures.table, Signatures.attributes);
  await createTable(queryInterface, Exports.table, Exports.attributes);
  // The values of orders that were there before.
  for (let after = 0; ;) {
    const ids = await db.query<{ id: number }>('SELECT DISTINCT order_id AS id FROM desk_order_rows WHERE order_id > ? ORDER BY order_id LIMIT 500', [after]);
    if (ids.length === 0) return;
    after = ids.at(-1)!.id;
    const rows = await readRows<StoredRow & { order_id: number }>(db, OrderRows, 'WHERE order_id BETWEEN ? AND ? AND removed_at IS NULL', [ids[0]!.id, after]);
    for (const { id } of ids) {
      const sheet = sheetOf(
        rows.filter((row) => row.order_id === id),
        true,
      );
      await db.run('UPDATE desk_orders SET value = ?, purchase_value = ? WHERE id = ?', [sheet.sales_total, sheet.purchase_total, id]);
    }
  }
};
