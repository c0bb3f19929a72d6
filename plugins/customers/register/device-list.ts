import type { Database } from '../../../core/api.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { Device, DeviceFilter, DeviceRow } from '../types.js';
import { searchList, wordCheck, words } from './search.js';

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
  // Few rows: every word begins some word of the device or of its installation.
  const among = filter.customerId === undefined ? [] : words(filter.q).slice(0, 6);
  for (const word of among) {
    const bounds = [word, `${word}\uffff`];
    add(`(${wordCheck('customers_words', 'd.id')} OR ${wordCheck('customers_words', 'd.installation_id')})`, 'device', ...bounds, 'installation', ...bounds);
  }
  const limit = Math.min(filter.limit ?? 25, 500);
  const found = await searchList<Raw>(db, {
    words: { table: 'customers_words', owner: 'device' },
    select: columns,
    from: 'customers_devices d JOIN customers_installations i ON i.id = d.installation_id',
    where: conditions,
    params,
    id: 'd.id',
    order: ['d.name_key', 'd.id'],
    after: decodeCursor(filter.after, 2),
    query: among.length > 0 ? undefined : filter.q,
    few: scope.few === true || filter.installationId !== undefined,
    limit: limit + 1,
  });
  const last = found[limit - 1];
  return { rows: found.slice(0, limit).map(toDevice), next: found.length > limit && last ? encodeCursor(last.name_key, last.id) : null };
}

function toDevice({ name_key: _key, ...row }: Raw): Device {
  return { ...row, active: Boolean(row.active), installation_active: Boolean(row.installation_active) };
}
