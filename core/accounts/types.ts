import type { AccountInfo, Actor } from '../access/types.js';

/** Public state of an account's way in. */
export type AccountStatus = 'invited' | 'active' | 'disabled';
/** An account with its state; what never leaves the core (hashes, tokens) is not part of it. */
export interface Account extends AccountInfo {
  userName: string;
  mobile: string | null;
  status: AccountStatus;
  lastSignInAt: Date | null;
}
/** How far a person has come with the latest invitation. Times in UTC. */
export interface InvitationState {
  status: 'none' | 'invited' | 'opened' | 'expired' | 'accepted';
  sentAt: Date | null;
  openedAt: Date | null;
  expiresAt: Date | null;
}

/** Accounts as plugins use them: persons who log in. Rights on customers and things are told by grant sources. */
export interface AccountService {
  get(id: number): Promise<Account | null>;
  getMany(ids: readonly number[]): Promise<Map<number, Account>>;
  findByEmail(kind: 'staff' | 'customer', email: string): Promise<Account | null>;
  listStaff(): Promise<Account[]>;
  /** Creates an account without a password; call `invite` next. @throws InvalidInputError if the mail is taken within the kind */
  create(
    actor: Actor,
    input: {
      kind: 'staff' | 'customer';
      name: string;
      email: string;
      userName?: string;
      /** As it is typed; it is kept in its international form. */
      mobile?: string | null;
      /** Two letters: where a number without a country code belongs. Default: the setting `core.country`. */
      country?: string;
      language?: string;
      timeZone?: string;
      roles?: readonly string[];
    },
  ): Promise<Account>;
  /** Sends (or re-sends, which kills the older link) the registration link; site `staff` or `portal`. Runs in the open transaction. */
  invite(actor: Actor, accountId: number, site: string): Promise<void>;
  /** Does an invitation to an account with a mobile number also send a code by SMS that the registration asks for? False while SMS is not set up. */
  sendsCodes(): boolean;
  /** Instead of an invitation: a one-time password that the person must replace at the first log-in. Only before registration. @throws InvalidInputError */
  setInitialPassword(actor: Actor, accountId: number, password: string): Promise<void>;
  invitation(accountId: number): Promise<InvitationState>;
  /** How the registration of each stands; `getMany`'s answer spares reading the accounts again. */
  invitations(of: readonly number[] | ReadonlyMap<number, Account>): Promise<Map<number, InvitationState>>;
  disable(actor: Actor, accountId: number): Promise<void>;
  /** Takes away all second factors, recovery codes and remembered devices, for a person who has lost them; ends the sessions and mails the person. Customers' accounts: ask first whether the actor manages one of their accesses. @throws NotFoundError, ForbiddenError */
  resetFactors(actor: Actor, accountId: number): Promise<void>;
  enable(actor: Actor, accountId: number): Promise<void>;
  /** Ends the sessions of accounts; their sockets close. Decides nothing about rights. Joins the open transaction. */
  endSessions(accountIds: readonly number[]): Promise<void>;
}

/** One signed-in browser. The token itself is stored nowhere, only its SHA-256. */
export interface SessionInfo {
  id: number;
  account: Account;
  site: string;
  createdAt: Date;
  lastSeenAt: Date;
  ip: string | null;
  agent: string | null;
  /** Random per session; the CSRF token is derived from it. */
  csrf: string;
  /** Minutes of inactivity after which it ends: the shortest of the site and the person's roles. 0 = not known yet. */
  idleMinutes: number;
  /** When the person last showed who they are: at sign-in, or later for a dangerous act. */
  confirmedAt: Date;
  /** Did the person show more than a password? */
  factorDone: boolean;
  /** Until when a second factor has to be set up; null = none is wanted, or it was shown. */
  enrolBy: Date | null;
  /** That time is over: nothing opens but the pages where a factor is set up. */
  restricted: boolean;
}
/** A session as its owner sees it in a list. */
export type OwnSession = Pick<SessionInfo, 'id' | 'site' | 'createdAt' | 'lastSeenAt' | 'ip' | 'agent'>;
/** Sessions, cached in process; ended ones are dead on the next request. */
export interface Sessions {
  /** The live session of a token (256-bit, base64url) or null: unknown, ended, idle or too old, account disabled. Updates `lastSeenAt` at most once a minute, unless `active` is false: what a page does by itself is not the person's activity. */
  find(token: string, site: string, idleMinutes: number, active?: boolean): Promise<SessionInfo | null>;
  create(input: {
    accountId: number;
    site: string;
    ip: string | null;
    agent: string | null;
    factorDone?: boolean;
  }): Promise<{ token: string; session: SessionInfo }>;
  /** Notes that the person has just shown once more who they are. */
  confirm(sessionId: number): Promise<void>;
  /** Notes that the person has shown a second factor, or has set one up. */
  factorShown(sessionId: number): Promise<void>;
  end(sessionId: number): Promise<void>;
  endAll(accountId: number, except?: number): Promise<void>;
  list(accountId: number): Promise<OwnSession[]>;
  /** Told the ids of sessions that ended, so that sockets close. Returns the undo. */
  onEnd(listener: (sessionId: number) => void): () => void;
}

/** Says whether an account needs a second factor, and whether it may not sign in at all for now (`barred`). Registered with `ctx.signIn.policy`; one that throws wants a second factor. */
export type FactorPolicy = (account: Account) => Promise<{ mfaRequired: boolean; barred?: boolean }>;
