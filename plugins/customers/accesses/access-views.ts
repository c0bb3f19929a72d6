import { readRows, toDate, within, type AccountService, type Clock, type Database, type ModelDef } from '../../../core/api.js';
import { AccessGrants, AccessInstallations, AccessOptionRows, AccessProjects } from '../tables.js';
import type { AccessRow, AccessState, AccessView } from '../types.js';

/** Accesses with persons, states and rights, in a fixed number of queries however many they are. */
export async function viewsOf(
  { db, accounts, clock }: { db: Database; accounts: AccountService; clock: Clock },
  rows: readonly AccessRow[],
): Promise<AccessView[]> {
  if (rows.length === 0) return [];
  /** What belongs to these accesses. */
  const of = <Row extends object>(def: ModelDef<Row>, those: readonly AccessRow[] = rows, order = ''): Promise<Row[]> | Row[] =>
    those.length === 0
      ? []
      : readRows(
          db,
          def,
          `WHERE access_id ${within(those)}${order}`,
          those.map((row) => row.id),
        );
  const persons = await accounts.getMany(rows.map((row) => row.account_id));
  const invitations = await accounts.invitations(persons);
  const options = await of(AccessOptionRows);
  const installations = await of(
    AccessInstallations,
    rows.filter((row) => !row.covers_all_installations),
  );
  const projects = await of(
    AccessProjects,
    rows.filter((row) => !row.covers_all_projects),
  );
  const grants = await of(AccessGrants, rows, ' ORDER BY id');
  const now = clock.now();
  return rows.flatMap((row): AccessView[] => {
    const account = persons.get(row.account_id);
    if (!account) return [];
    const { id, name, email, mobile, status, lastSignInAt } = account;
    const invitation = invitations.get(row.account_id) ?? { status: 'none' as const, sentAt: null, openedAt: null, expiresAt: null };
    const mine = <T extends { access_id: number }>(all: readonly T[]): T[] => all.filter((one) => one.access_id === row.id);
    const expiresAt = toDate(row.expires_at);
    const off = row.status === 'disabled' || status === 'disabled';
    const state: AccessState = off
      ? 'disabled'
      : expiresAt && expiresAt <= now
        ? 'ended'
        : status === 'active' || invitation.status === 'accepted'
          ? 'active'
          : invitation.status;
    return [
      {
        id: row.id,
        customerId: row.customer_id,
        status: row.status,
        state,
        account: { id, name, email, mobile, status, lastSignInAt },
        invitation,
        options: mine(options).map((one) => one.permission),
        ends: Object.fromEntries(mine(options).flatMap((one) => (one.expires_at ? [[one.permission, toDate(one.expires_at)]] : []))),
        allInstallations: Boolean(row.covers_all_installations),
        installationIds: mine(installations).map((one) => one.installation_id),
        allProjects: Boolean(row.covers_all_projects),
        projectIds: mine(projects).map((one) => one.project_id),
        grants: mine(grants).flatMap((one) =>
          one.device_id === null ? [] : [{ permission: one.permission, deviceId: one.device_id, expiresAt: toDate(one.expires_at) }],
        ),
        expiresAt,
        creatorKind: row.creator_kind,
        creator: row.creator,
        disabledBy: row.disabled_by,
        createdAt: toDate(row.created_at),
      },
    ];
  });
}
