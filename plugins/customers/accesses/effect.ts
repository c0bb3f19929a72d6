import type { Database } from '../../../core/api.js';
import type { AccessRights } from '../types.js';

/** What a change of rights gives and takes, ready to be said: permissions by id, things by name. */
export interface Effect {
  gains: EffectItem[];
  losses: EffectItem[];
  /** Kept, with another end. */
  changes: EffectItem[];
}
export interface EffectItem {
  kind: 'option' | 'installation' | 'project' | 'device' | 'allInstallations' | 'allProjects';
  permission?: string;
  name?: string;
  until?: Date | null;
}

/** Compares the rights of an access before and after a change; the names of things cost one query per kind. Things of other customers are left out, as saving does. */
export async function effectOf(db: Database, before: AccessRights & { customerId: number }, after: AccessRights): Promise<Effect> {
  const { customerId } = before;
  const effect: Effect = { gains: [], losses: [], changes: [] };
  for (const permission of after.options) {
    const item: EffectItem = { kind: 'option', permission, until: after.ends[permission] ?? null };
    if (!before.options.includes(permission)) effect.gains.push(item);
    else if (before.ends[permission]?.getTime() !== after.ends[permission]?.getTime()) effect.changes.push(item);
  }
  for (const permission of before.options) if (!after.options.includes(permission)) effect.losses.push({ kind: 'option', permission });

  const key = (grant: AccessRights['grants'][number]) => `${grant.permission} ${grant.deviceId}`;
  const had = new Map(before.grants.map((grant) => [key(grant), grant]));
  const has = new Map(after.grants.map((grant) => [key(grant), grant]));
  const devices = await names(
    db,
    customerId,
    'customers_devices',
    [...before.grants, ...after.grants].map((one) => one.deviceId),
  );
  const told = ({ permission, deviceId, expiresAt }: AccessRights['grants'][number]): EffectItem => ({
    kind: 'device',
    permission,
    name: devices.get(deviceId),
    until: expiresAt,
  });
  for (const [id, grant] of has) {
    if (!devices.has(grant.deviceId)) continue;
    const old = had.get(id);
    if (!old) effect.gains.push(told(grant));
    else if (old.expiresAt?.getTime() !== grant.expiresAt?.getTime()) effect.changes.push(told(grant));
  }
  for (const [id, grant] of had) if (!has.has(id)) effect.losses.push(told(grant));

  await compare(db, customerId, effect, 'installation', [before.allInstallations, before.installationIds], [after.allInstallations, after.installationIds]);
  await compare(db, customerId, effect, 'project', [before.allProjects, before.projectIds], [after.allProjects, after.projectIds]);
  return effect;
}

type Reach = [all: boolean, ids: readonly number[]];
async function compare(db: Database, customerId: number, effect: Effect, kind: 'installation' | 'project', before: Reach, after: Reach): Promise<void> {
  const all = kind === 'installation' ? 'allInstallations' : 'allProjects';
  if (after[0] && !before[0]) effect.gains.push({ kind: all });
  if (before[0] && !after[0]) effect.losses.push({ kind: all });
  const only = (one: Reach, other: Reach) => (one[0] || other[0] ? [] : one[1].filter((id) => !other[1].includes(id)));
  // Who had all keeps the chosen ones: they are no gain, but it should be said what stays.
  const stays = before[0] && !after[0] ? after[1] : [];
  const [gained, lost] = [only(after, before), only(before, after)];
  const found = await names(db, customerId, `customers_${kind}s`, [...gained, ...lost, ...stays]);
  const told = (ids: readonly number[]): EffectItem[] => ids.flatMap((id) => (found.has(id) ? [{ kind, name: found.get(id) }] : []));
  effect.gains.push(...told(gained));
  effect.losses.push(...told(lost));
  effect.changes.push(...told(stays));
}

async function names(db: Database, customerId: number, table: string, ids: readonly number[]): Promise<Map<number, string>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await db.query<{ id: number; name: string }>(
    `SELECT id, name FROM ${table} WHERE customer_id = ? AND id IN (${wanted.map(() => '?').join(', ')})`,
    [customerId, ...wanted],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}
