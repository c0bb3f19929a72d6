import type { Redis } from 'ioredis';
import { Op } from 'sequelize';
import type { AccessService, Versions } from './access/access-service.js';
import { Accounts, type AccountDeps } from './accounts/accounts.js';
import { Credentials, resetJob } from './accounts/credentials.js';
import type { FactorPolicies } from './accounts/factors/policy.js';
import { Invitations } from './accounts/invitations.js';
import { AccountModel } from './accounts/models.js';
import { RegistrationCodes } from './accounts/registration-codes.js';
import type { Roles } from './accounts/roles.js';
import { SetupService } from './accounts/setup-service.js';
import { StaffDirectory } from './accounts/staff-directory.js';
import { ApiTokens } from './accounts/tokens/api-tokens.js';
import { TokenReader } from './accounts/tokens/token-reader.js';
import { emailChangeJob, OwnAccount } from './accounts/own-account.js';
import { SignInLog } from './accounts/sign-in-log.js';
import type { Account } from './accounts/types.js';
import { LicenseRequiredError } from './errors.js';
import type { JobQueue } from './jobs/job-queue.js';
import type { Jobs } from './jobs/types.js';
import type { LicenseService } from './license/license-service.js';
import type { Manifest } from './plugin/manifest.js';
import type { Log } from './plugin/context.js';
import { AddressGuard } from './outgoing/address-guard.js';
import { createFactors, sharedCounters } from './second-factors.js';
import { SecretBox } from './settings/secret-box.js';
import type { SettingsService } from './settings/settings-service.js';
import { createSso } from './sso/index.js';
import * as tokens from './tokens.js';

interface PeopleParts extends Omit<AccountDeps, 'access' | 'settings' | 'invitations' | 'codes' | 'factors' | 'takeSeat' | 'tokens'> {
  dataDir: string;
  policies: FactorPolicies;
  redis: Redis | null;
  access: AccessService;
  jobs: Jobs;
  license: LicenseService;
  manifests: readonly Manifest[];
  roles: Roles;
  settings: SettingsService;
  versions: Versions;
  log: Log;
  /** Can text messages be sent? */
  smsReady(): boolean;
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
  const apiTokens = new ApiTokens({ ...parts, allowed: () => values.get('core.apiTokens') });
  const counters = sharedCounters(parts.redis, () => license.current().instanceId);
  const signInLog = new SignInLog(parts);
  const factors = createFactors({ ...parts, counters, rememberDays: () => values.get('core.rememberDays'), companyName: settings.companyName });
  const codes = new RegistrationCodes(parts);
  const shared = { ...parts, invitations, codes, settings, signInLog, counters, tokens: apiTokens, factors: factors.factors };
  const accounts = new Accounts({ ...shared, takeSeat });
  const sso = createSso({ ...shared, accounts });
  return {
    ...factors,
    accounts,
    sso,
    signInLog,
    ownAccount: new OwnAccount(shared),
    /** Lets go of what stays open. */
    closeCounters: () => counters?.client.disconnect(),
    roleService: accounts.roles,
    credentials: new Credentials({ ...shared, insteadOfPassword: (account) => sso.identities.insteadOfPassword(account) }),
    setup: new SetupService({ db, clock, access, audit, roles, settings: values, values: settings }),
    staffDirectory: new StaffDirectory({ db, access, roles, invitations }),
    roles,
    tokens: apiTokens,
    tokenReader: new TokenReader({ ...parts, tokens: apiTokens }),
    accountSettings: settings,
    /** For plugins. */
    services: [
      [tokens.ACCOUNTS, accounts],
      [tokens.IDENTITY_PROVIDERS, sso.providers],
      [tokens.SECRETS, new SecretBox(parts.dataDir)],
      [tokens.OUTGOING, new AddressGuard(parts.allow)],
    ] as const,
  };
}

/** The jobs of accounts; each returns its undo. */
export function accountJobs({ credentials, ownAccount, challenges, signInLog }: People, jobs: JobQueue): (() => void)[] {
  return [
    jobs.handle(resetJob, (payload) => credentials.sendReset(payload)),
    jobs.handle(emailChangeJob, (payload) => ownAccount.sendLink(payload)),
    jobs.every('core.sign-ins', { minutes: 60 }, async () => {
      await challenges.purge();
      await signInLog.purge();
    }),
  ];
}
