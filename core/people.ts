import { Op } from 'sequelize';
import type { AccessService } from './access/access-service.js';
import { Accounts, type AccountDeps } from './accounts/accounts.js';
import { Credentials } from './accounts/credentials.js';
import { Invitations } from './accounts/invitations.js';
import { AccountModel } from './accounts/models.js';
import { RegistrationCodes } from './accounts/registration-codes.js';
import type { Roles } from './accounts/roles.js';
import { SetupService } from './accounts/setup-service.js';
import { StaffDirectory } from './accounts/staff-directory.js';
import type { Account } from './accounts/types.js';
import { LicenseRequiredError } from './errors.js';
import type { Jobs } from './jobs/types.js';
import type { LicenseService } from './license/license-service.js';
import type { Manifest } from './plugin/manifest.js';
import type { Log } from './plugin/context.js';
import { createSso } from './sso/index.js';
import type { SettingsService } from './settings/settings-service.js';

interface PeopleParts extends Omit<AccountDeps, 'access' | 'settings' | 'invitations' | 'codes' | 'takeSeat'> {
  access: AccessService;
  jobs: Jobs;
  license: LicenseService;
  manifests: readonly Manifest[];
  roles: Roles;
  settings: SettingsService;
  /** Can text messages be sent? */
  smsReady(): boolean;
  log: Log;
  dataDir: string;
  /** Private addresses that sign-in services may have. */
  allow: readonly string[];
}
export type People = ReturnType<typeof createPeople>;

/** Everything about who may log in, put together: accounts, their passwords and links, the first administrator, and the license's seats. */
export function createPeople(parts: PeopleParts) {
  const { db, clock, license, manifests, roles, settings: values, access, audit } = parts;
  const invitations = new Invitations(db, clock);
  const settings = {
    country: () => values.get('core.country'),
    companyName: () => values.get('core.companyName') || 'Portico',
    invitationDays: () => values.get('core.invitationDays'),
    language: () => values.get('core.language'),
    languages: (): readonly string[] => values.get('core.languages'),
    timeZone: () => values.get('core.timeZone'),
  };
  const enabled = (kind: Account['kind']) => db.of(AccountModel).count({ where: { kind, status: { [Op.ne]: 'disabled' } } });
  const takeSeat = async (kind: Account['kind']): Promise<void> => {
    const seat = kind === 'staff' ? 'staff' : 'customerAccounts';
    const feature = kind === 'customer' ? manifests.find((m) => m.customerAccounts)?.license : undefined;
    if (feature !== undefined && !license.module(feature).writable) throw new LicenseRequiredError(feature, { key: 'core:license.noCustomerAccounts' });
    if (license.seats.limit(seat) === null) return;
    // Of many that want the last seat at once, the lock lets one count at a time.
    await roles.lock();
    license.seats.assertSeat(seat, await enabled(kind));
  };
  license.seats.counter('staff', () => enabled('staff'));
  license.seats.counter('customerAccounts', () => enabled('customer'));
  const codes = new RegistrationCodes(parts);
  const shared = { ...parts, invitations, codes, settings };
  const accounts = new Accounts({ ...shared, takeSeat });
  const sso = createSso({ ...shared, accounts });
  return {
    accounts,
    sso,
    credentials: new Credentials({ ...shared, insteadOfPassword: (account) => sso.identities.insteadOfPassword(account) }),
    setup: new SetupService({ db, clock, access, audit, roles, settings: values, values: settings }),
    staffDirectory: new StaffDirectory({ db, access, roles, invitations }),
    roles,
    accountSettings: settings,
  };
}
