import { AccessService } from '../../../core/access/access-service.js';
import { accountActor, systemActor } from '../../../core/access/actors.js';
import type { Actor } from '../../../core/access/types.js';
import { Accounts } from '../../../core/accounts/accounts.js';
import { Credentials } from '../../../core/accounts/credentials.js';
import { FactorPolicies } from '../../../core/accounts/factors/policy.js';
import { Invitations } from '../../../core/accounts/invitations.js';
import { RegistrationCodes } from '../../../core/accounts/registration-codes.js';
import { ApiTokens } from '../../../core/accounts/tokens/api-tokens.js';
import { OwnAccount } from '../../../core/accounts/own-account.js';
import { Roles } from '../../../core/accounts/roles.js';
import { SessionStore } from '../../../core/accounts/session-store.js';
import { SetupService } from '../../../core/accounts/setup-service.js';
import { SignInLog } from '../../../core/accounts/sign-in-log.js';
import { StaffDirectory } from '../../../core/accounts/staff-directory.js';
import type { Account } from '../../../core/accounts/types.js';
import type { AuditInput } from '../../../core/audit/types.js';
import { versions as versionStore } from '../../../core/database/stores.js';
import { EventBus } from '../../../core/events/event-bus.js';
import { manifest } from '../../../core/manifest.js';
import type { Notification } from '../../../core/notifications/types.js';
import { defineManifest, type Manifest } from '../../../core/plugin/manifest.js';
import { createFactors } from '../../../core/second-factors.js';
import type { Settings } from '../../../core/settings/service-types.js';
import { createTestDatabase, quietLog } from '../../support/database.js';

export const goodPassword = 'correct horse battery staple';
/** A module with permissions of each audience. */
export const deskManifest = defineManifest({
  id: 'desk',
  version: '1.0.0',
  core: '^1.0.0',
  permissions: {
    'order.read': { audience: 'both', roles: ['agent'] },
    'order.plan': { audience: 'staff', roles: ['agent'] },
    'order.delete': { audience: 'staff' },
    'request.create': { audience: 'customer', default: true },
  },
});

/** All of accounts and access on a real database; mail, jobs and settings are written down. */
export async function createWorld(options: { manifests?: () => readonly Manifest[] } = {}) {
  const { db, drop, dataDir } = await createTestDatabase();
  let now = new Date('2026-05-04T08:00:00.000Z');
  const clock = { now: () => now };
  const sent: Notification[] = [];
  const queued: { name: string; payload: object }[] = [];
  const audited: (AuditInput & { actor: Actor })[] = [];
  const saved: object[] = [];
  const faults: unknown[] = [];
  const events = new EventBus(db, (_owner, error) => faults.push(error));
  const versions = versionStore(db);
  const audit = { record: async (actor: Actor, entry: AuditInput) => void audited.push({ ...entry, actor }) };
  const settings = {
    companyName: () => 'Fjord Service',
    country: () => 'SE',
    invitationDays: () => 7,
    language: () => 'en',
    languages: () => ['en', 'sv', 'de'],
    timeZone: () => 'Europe/Stockholm',
  };
  const roles = new Roles(db);
  const manifests = options.manifests ?? ((): readonly Manifest[] => [manifest, deskManifest]);
  const access = new AccessService({ db, events, versions, clock, log: { ...quietLog, error: () => undefined }, manifests, isActive: () => true, roles });
  const limits = { absoluteHours: 12, graceDays: 14, rememberDays: 30 };
  const policies = new FactorPolicies({ db, clock, graceDays: () => limits.graceDays, onFault: (_plugin, error) => faults.push(error) });
  const sessions = new SessionStore({
    db,
    clock,
    events,
    audit,
    versions,
    absoluteHours: () => limits.absoluteHours,
    policies,
  });
  const invitations = new Invitations(db, clock);
  const notifications = { send: async (notification: Notification) => void sent.push(notification) };
  const sms = { ready: false };
  const codes = new RegistrationCodes({ db, clock, audit, notifications, smsReady: () => sms.ready });
  const jobs = { enqueue: async (name: string, payload: object = {}) => void queued.push({ name, payload }) };
  const urls = { to: (site: string, path: string) => `https://${site}.example.com${path}` };
  const signInLog = new SignInLog({ db, clock, access, notifications, urls });
  const tokens = new ApiTokens({ db, clock, access, audit, roles, versions, allowed: () => 'everyone' });
  const shared = { db, clock, access, audit, events, jobs, notifications, urls, roles, sessions, invitations, codes, settings, signInLog, tokens };
  const second = createFactors({ ...shared, policies, dataDir, counters: null, rememberDays: () => limits.rememberDays, companyName: settings.companyName });
  const accounts = new Accounts({ ...shared, factors: second.factors });
  const credentials = new Credentials(shared);
  const ownAccount = new OwnAccount(shared);
  const store = { set: async (_actor: Actor, values: object) => void saved.push(values) } as unknown as Settings;
  const setup = new SetupService({ db, clock, access, audit, roles, settings: store, values: settings });
  const directory = new StaffDirectory({ db, access, roles, invitations });
  const origin = (site: string) => ({ site, ip: '198.51.100.7' });
  const lastToken = (): string => sent.at(-1)?.link?.split('/').at(-1) ?? '';
  const system = systemActor();

  /** An account that has registered. */
  async function registered(kind: 'staff' | 'customer', email: string, extra: { roles?: string[]; password?: string } = {}): Promise<Account> {
    const site = kind === 'staff' ? 'staff' : 'portal';
    const account = await accounts.create(system, {
      kind,
      name: email.split('@')[0] ?? email,
      email,
      ...(extra.roles === undefined ? {} : { roles: extra.roles }),
    });
    await accounts.invite(system, account.id, site);
    return credentials.register(lastToken(), { userName: email, password: extra.password ?? goodPassword, language: 'en' }, origin(site));
  }

  return {
    ...second,
    signInLog,
    ownAccount,
    db,
    drop,
    clock,
    events,
    versions,
    sms,
    roles,
    access,
    sessions,
    invitations,
    accounts,
    credentials,
    setup,
    directory,
    sent,
    queued,
    audited,
    saved,
    faults,
    limits,
    system,
    origin,
    lastToken,
    registered,
    actor: (account: Account, sessionId: number | null = null) => accountActor(account, { sessionId, ip: '198.51.100.7' }),
    pass: (minutes: number) => void (now = new Date(now.getTime() + minutes * 60_000)),
  };
}
export type World = Awaited<ReturnType<typeof createWorld>>;

/** The error that a promise fails with. */
export async function failure(work: Promise<unknown>): Promise<Error & { code?: string; status?: number; fields?: Record<string, { key: string }> }> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not fail');
}
