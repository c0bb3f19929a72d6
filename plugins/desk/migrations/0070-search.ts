import { createTable, createTextTable, type Migration } from '../../../core/api.js';
import { DeskIndex } from '../search/desk-index.js';
import { SearchRuns, orderTexts, requestTexts } from '../search/tables.js';

export const up: Migration = async (context) => {
  const { db, queryInterface } = context;
  await createTable(queryInterface, SearchRuns.table, SearchRuns.attributes);
  const index = new DeskIndex(db);
  for (const [owner, table, texts] of [
    ['request', 'desk_requests', requestTexts],
    ['order', 'desk_orders', orderTexts],
  ] as const) {
    await createTextTable(context, texts);
    // Where a run was cut off, the next one goes on.
    for (let ids: number[]; (ids = await next(table, texts)).length > 0;) await db.transaction(() => index.update(owner, ids));
  }

  async function next(table: string, texts: string): Promise<number[]> {
    const rows = await db.query<{ id: number }>(`SELECT id FROM ${table} WHERE id > (SELECT COALESCE(MAX(t.id), 0) FROM ${texts} t) ORDER BY id LIMIT 200`);
    return rows.map(({ id }) => id);
  }
};
