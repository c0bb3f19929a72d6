import { stringify } from 'csv-stringify/sync';
import type { PageContext } from '../../../core/api.js';
import type { AccessView } from '../types.js';
import { labelOf } from './option-groups.js';

const columns = ['name', 'email', 'mobile', 'state', 'invited_at', 'opened_at', 'last_sign_in', 'ends', 'installations', 'options'] as const;

/** All pages of a list of accesses as one file, page by page, so that a long one needs little memory. Cells cannot start a formula. */
export async function accessCsv(
  c: PageContext,
  file: string,
  pageAfter: (after?: string) => Promise<{ rows: AccessView[]; next: string | null }>,
): Promise<void> {
  c.res.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': `attachment; filename="${file}"`, 'Cache-Control': 'no-store' });
  c.res.write(`\ufeff${stringify([columns.map((column) => c.t(`csv.access.${column}`))])}`);
  let after: string | undefined;
  do {
    const { rows, next } = await pageAfter(after);
    c.res.write(
      stringify(
        rows.map((row) => cells(c, row)),
        { escape_formulas: true },
      ),
    );
    after = next ?? undefined;
  } while (after && !c.res.destroyed);
  c.res.end();
}

function cells(c: PageContext, access: AccessView): string[] {
  const iso = (at: Date | null) => at?.toISOString() ?? '';
  return [
    access.account.name,
    access.account.email,
    access.account.mobile ?? '',
    c.t(`access.state.${access.state}`),
    iso(access.invitation.sentAt),
    iso(access.invitation.openedAt),
    iso(access.account.lastSignInAt),
    iso(access.expiresAt),
    access.allInstallations ? c.t('access.all') : String(access.installationIds.length),
    access.options.map((permission) => c.t(labelOf(permission))).join(', '),
  ];
}
