import type { Database } from '../../../core/api.js';
import { fold } from './search.js';

/** What a category is found by. */
export const categoryKey = (category: string): string => Array.from(fold(category)).slice(0, 60).join('');

/** Replaces the categories of one installation. Call it inside the transaction of the change. */
export async function saveCategories(db: Database, installationId: number, categories: readonly string[]): Promise<void> {
  await db.run('DELETE FROM customers_categories WHERE installation_id = ?', [installationId]);
  const byKey = new Map(categories.map((category) => [categoryKey(category), category.slice(0, 60)]));
  if (byKey.size === 0) return;
  await db.run(
    `INSERT INTO customers_categories (category_key, installation_id, category) VALUES ${[...byKey].map(() => '(?, ?, ?)').join(', ')}`,
    [...byKey].flatMap(([key, category]) => [key, installationId, category]),
  );
}

/** The categories in use on installations that match a condition on the alias `i`, by name. */
export async function categoriesOf(db: Database, scope: { sql: string; params: unknown[] }): Promise<string[]> {
  const rows = await db.query<{ category: string }>(
    `SELECT MIN(k.category) AS category FROM customers_categories k JOIN customers_installations i ON i.id = k.installation_id
     WHERE ${scope.sql} GROUP BY k.category_key ORDER BY k.category_key LIMIT 200`,
    scope.params,
  );
  return rows.map((row) => row.category);
}
