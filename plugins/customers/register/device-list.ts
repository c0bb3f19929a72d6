import type { Database } from '../../../core/api.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { Device, DeviceFilter, DeviceRow } from '../types.js';
import { searchClause, wordsAmong } from './search.js';

type Raw = Omit<DeviceRow, 'qr_token' | 'created_at'> & { installation_name: string; installation_city: string | null; installation_active: number | boolean };
const columns = `d.id, d.customer_id, d.installation_id, d.name, d.name_key, d.kind, d.manufacturer, d.model, d.serial, d.location, d.priority, d.user_name, d.user_login,
  d.user_email, d.warranty_until, d.software, d.active, i.name AS installation_name, i.city AS installation_city, i.active AS installation_active`;

/** What the columns of a device are to a scope, on the alias `d`. */
export const deviceColumns = { customer: 'customer_id', installation: 'installation_id', device: 'id' };

/** One page of devices by name that match a scope condition on the alias `d`; `few`: it leaves those of some customers only. */
export async function findDevices(
  db: Database,
  scope: { sql: string; params: unknown[]; few?: boolean },
  filter: DeviceFilter & { id?: number },
): Promise<{ rows: Device[]; next: string | null }> {
  const conditions = [scope.sql];
  const params = [...scope.params];
  const add = (sql: string, ...values: unknown[]) => {
    conditions.push(sql);
    params.push(...values);
  };
  if (filter.id !== undefined) add('d.id = ?', filter.id);
  if (filter.customerId !== undefined) add('d.customer_id = ?', filter.customerId);
  if (filter.installationId !== undefined) add('d.installation_id = ?', filter.installationId);
  if (filter.kind) add('d.kind = ?', filter.kind);
  if (filter.priority !== undefined) add('d.priority = ?', filter.priority);
  if (filter.active !== undefined) add('d.active = ?', filter.active ? 1 : 0);
  const after = decodeCursor(filter.after, 2);
  if (after) add('(d.name_key > ? OR (d.name_key = ? AND d.id > ?))', after[0], after[0], after[1]);
  const few = scope.few === true || filter.installationId !== undefined;
  const search =
    filter.customerId === undefined
      ? await searchClause(db, 'customers_words', 'device', 'd.id', filter.q, few)
      : wordsAmong('customers_words', { device: 'd.id', installation: 'd.installation_id' }, filter.q);
  const limit = Math.min(filter.limit ?? 25, 500);
  const found = await db.query<Raw>(
    `SELECT ${columns} FROM customers_devices d JOIN customers_installations i ON i.id = d.installation_id
     WHERE ${conditions.join(' AND ')}${search.sql} ORDER BY d.name_key, d.id LIMIT ${limit + 1}`,
    [...params, ...search.params],
  );
  const last = found[limit - 1];
  return { rows: found.slice(0, limit).map(toDevice), next: found.length > limit && last ? encodeCursor(last.name_key, last.id) : null };
}

function toDevice({ name_key: _key, ...row }: Raw): Device {
  return { ...row, active: Boolean(row.active), installation_active: Boolean(row.installation_active) };
}
