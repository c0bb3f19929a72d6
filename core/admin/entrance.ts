import type { Devices } from '../accounts/factors/devices.js';
import type { EmailCodes } from '../accounts/factors/email-codes.js';
import { ownerOf, type PendingStore } from '../accounts/factors/pending.js';
import type { SecondFactors } from '../accounts/factors/second-factors.js';
import { NotFoundError } from '../errors.js';
import { keepCookie, keptCookie, type Entry, type SessionCookies } from '../http/session.js';
import type { Flash, PageContext } from '../http/types.js';

export interface EntranceDeps {
  session: SessionCookies;
  factors: SecondFactors;
  pending: PendingStore;
  devices: Devices;
  emailCodes: EmailCodes;
  accounts: { get(id: number): Promise<{ id: number; name: string } | null> };
}
/** Where the person goes once in, and what is said there. */
interface Goal {
  next: string;
  flash?: Flash;
}
const pendingMs = 10 * 60_000;

/** What follows the first step of every sign-in: a session, or the second step. */
export class Entrance {
  constructor(private readonly deps: EntranceDeps) {}

  /**
   * The person has shown to be this account, by a password, a link or an outside log-in. Goes on to the second step if the account has
   * one, or in. `factorDone`: more than a password was shown, such as a passkey or the second factor of an outside log-in.
   */
  async complete(c: PageContext, accountId: number, { next, flash, ...entry }: Entry & Goal): Promise<void> {
    const { factors, devices, session } = this.deps;
    const ways = entry.factorDone ? [] : await factors.ways(accountId);
    if (ways.length === 0) await session.signIn(c, accountId, entry);
    else if (await devices.knows(keptCookie(c, 'device'), accountId, c.site)) await session.signIn(c, accountId, { method: 'device', factorDone: true });
    else return this.#ask(c, accountId, { ...entry, next }, ways[0] === 'email');
    c.redirect(next, flash);
  }

  async #ask(c: PageContext, accountId: number, { method, next }: Entry & Goal, byMail: boolean): Promise<void> {
    const { accounts, pending, emailCodes } = this.deps;
    const account = await accounts.get(accountId);
    if (account === null) throw new NotFoundError();
    const begun = await pending.begin({ accountId, site: c.site, method, next });
    if (byMail) await emailCodes.send(ownerOf(begun.pending), account);
    keepCookie(c, 'pending', begun.token, pendingMs);
    c.redirect('/sign-in/second');
  }
}
