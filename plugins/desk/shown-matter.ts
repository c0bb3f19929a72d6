import type { Access, Actor, PermissionId } from '../../core/api.js';
import { resourceOf } from './reach.js';

interface Matter {
  customer_id: number;
  installation_id: number | null;
  project_id?: number | null | undefined;
  device_id?: number | null | undefined;
}

/** May the actor know which device a matter is about? It sees the device, or was given `permission` on just this one. */
export async function namesDevice(access: Access, actor: Actor, permission: PermissionId, row: Matter): Promise<boolean> {
  if (!row.device_id || (await access.can(actor, 'customers.device.read', resourceOf({ ...row, project_id: null })))) return true;
  const single = (await access.scope(actor, permission)).ids('device');
  return single === 'all' || single.includes(row.device_id);
}

/** The same row; the device and the project are left out where the actor may not see them. */
export async function shownMatter<T extends Matter & { device_name?: string | null; project_name?: string | null }>(
  access: Access,
  actor: Actor,
  permission: PermissionId,
  row: T,
): Promise<T> {
  const device = await namesDevice(access, actor, permission, row);
  const project = !row.project_id || (await access.can(actor, 'customers.project.read', { customer: row.customer_id, project: row.project_id }));
  if (device && project) return row;
  return { ...row, ...(device ? {} : { device_id: null, device_name: null }), ...(project ? {} : { project_id: null, project_name: null }) };
}
