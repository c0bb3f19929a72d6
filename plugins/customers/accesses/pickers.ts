import type { Database } from '../../../core/api.js';
import { fold } from '../register/search.js';

/** Projects of a customer by number or name, at most 200. */
export function projectsOf(
  db: Database,
  customerId: number,
  filter: { q?: string; active?: boolean },
): Promise<{ id: number; number: string; name: string; active: number | boolean }[]> {
  const text = fold(filter.q?.trim().slice(0, 100) ?? '');
  const pattern = `%${text.replace(/[!%_]/g, '!$&')}%`;
  return db.query(
    `SELECT id, number, name, active FROM customers_projects WHERE customer_id = ?${filter.active === undefined ? '' : ' AND active = ?'}
     ${text ? "AND (name_key LIKE ? ESCAPE '!' OR LOWER(number) LIKE ? ESCAPE '!')" : ''} ORDER BY name_key, id LIMIT 200`,
    [customerId, ...(filter.active === undefined ? [] : [filter.active ? 1 : 0]), ...(text ? [pattern, pattern] : [])],
  );
}

export interface PickedDevice {
  id: number;
  name: string;
  installation_id: number;
  installation: string;
  serial: string | null;
}
/** Devices of a customer by name, serial number or place, 25 at a time after the given one. */
export function devicesOf(db: Database, customerId: number, filter: { q?: string; after?: { name: string; id: number } | null }): Promise<PickedDevice[]> {
  const text = fold(filter.q?.trim().slice(0, 100) ?? '');
  const pattern = `%${text.replace(/[!%_]/g, '!$&')}%`;
  const { after } = filter;
  return db.query(
    `SELECT d.id, d.name, d.name_key, d.installation_id, i.name AS installation, d.serial FROM customers_devices d
     JOIN customers_installations i ON i.id = d.installation_id WHERE d.customer_id = ? AND d.active = 1
     ${text ? "AND (d.name_key LIKE ? ESCAPE '!' OR LOWER(d.serial) LIKE ? ESCAPE '!' OR i.name_key LIKE ? ESCAPE '!')" : ''}
     ${after ? 'AND (d.name_key > ? OR (d.name_key = ? AND d.id > ?))' : ''} ORDER BY d.name_key, d.id LIMIT 26`,
    [customerId, ...(text ? [pattern, pattern, pattern] : []), ...(after ? [after.name, after.name, after.id] : [])],
  );
}
