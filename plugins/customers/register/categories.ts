import type { Database } from '../../../core/api.js';
import { fold } from './search.js';

/** What a category is found by. */
export const categoryKey = (category: string): string => Array.from(fold(category)).slice(0, 60).join('');

/** Replaces the categories of one installation. Call it inside the transaction of the change. */
export async function saveCategories(db: Database, installation: { id: number; name_key: string }, categories: readonly string[]): Promise<void> {
  await db.run('DELETE FROM customers_categories WHERE installation_id = ?', [installation.id]);
  const byKey = new Map(categories.map((category) => [categoryKey(category), category.slice(0, 60)]));
  if (byKey.size === 0) return;
  await db.run(
    `INSERT INTO customers_categories (category_key, name_key, installation_id, category) VALUES ${[...byKey].map(() => '(?, ?, ?, ?)').join(', ')}`,
    [...byKey].flatMap(([key, category]) => [key, installation.name_key, installation.id, category]),
  );
}

/** The categories in use on installations that match a condition on the alias `i`; null: on any. By name. */
export async function categoriesOf(db: Database, scope: { sql: string; params: unknown[] } | null): Promise<string[]> {
  const rows = await db.query<{ category: string }>(
    scope === null
      ? // From one key to the next on the index: the cost is that of the categories, however many installations have them.
        `WITH RECURSIVE k (x) AS (SELECT MIN(category_key) FROM customers_categories UNION ALL
           SELECT (SELECT MIN(c.category_key) FROM customers_categories c WHERE c.category_key > k.x) FROM k WHERE k.x IS NOT NULL)
         SELECT (SELECT c.category FROM customers_categories c WHERE c.category_key = k.x LIMIT 1) AS category FROM k WHERE k.x IS NOT NULL LIMIT 200`
      : `SELECT MIN(k.category) AS category FROM customers_categories k JOIN customers_installations i ON i.id = k.installation_id
         WHERE ${scope.sql} GROUP BY k.category_key ORDER BY k.category_key LIMIT 200`,
    scope?.params ?? [],
  );
  return rows.map((row) => row.category);
}
