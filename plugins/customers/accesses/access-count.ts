import { within, type Database } from '../../../core/api.js';

const counted = 'SELECT COUNT(*) FROM customers_accesses a WHERE a.customer_id = customers_customers.id AND a.removed_at IS NULL';

/**
 * Counts the accesses of customers anew (`access_count`), by which lists show and find them without looking at each access.
 * Call it in the transaction of every change that makes, removes or deletes accesses; without ids it counts for all customers.
 */
export async function countAccesses(db: Pick<Database, 'run'>, customerIds?: readonly number[]): Promise<void> {
  if (customerIds?.length === 0) return;
  await db.run(`UPDATE customers_customers SET access_count = (${counted})${customerIds ? ` WHERE id ${within(customerIds)}` : ''}`, customerIds ?? []);
}
