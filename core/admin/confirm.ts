import { z } from 'zod';
import type { Credentials } from '../accounts/credentials.js';
import type { EmailCodes } from '../accounts/factors/email-codes.js';
import type { PasskeyFactor } from '../accounts/factors/passkeys.js';
import type { SecondFactors, Way } from '../accounts/factors/second-factors.js';
import type { SessionStore } from '../accounts/session-store.js';
import { InvalidInputError } from '../errors.js';
import { localPath } from '../http/local-path.js';
import { enrolment, signedIn, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { goal, unlessThrottled, type SiteAccounts } from './account-pages.js';
import { chosenWay, proofShape, proofView, typed } from './proof-form.js';

export interface ConfirmDeps extends SiteAccounts {
  credentials: Credentials;
  factors: SecondFactors;
  passkeys: PasskeyFactor;
  emailCodes: EmailCodes;
  sessions: SessionStore;
}
type ConfirmWay = 'password' | Exclude<Way, 'recovery'>;

/** Before a dangerous act a person shows once more who they are: by the password, or by any factor of the account. */
export function confirmPages(deps: ConfirmDeps): PageModule {
  const { credentials, factors, emailCodes, sessions, home } = deps;

  /** Accounts of an outside log-in have no password: without a factor a code goes to their address. */
  async function offered(accountId: number): Promise<ConfirmWay[]> {
    const own = (await factors.ways(accountId)).filter((way) => way !== 'recovery');
    const all: ConfirmWay[] = (await credentials.hasPassword(accountId)) ? ['password', ...own] : own;
    return all.length === 0 ? ['email'] : all;
  }

  async function show(c: PageContext, form: FormState): Promise<void> {
    const { account, owner } = await factors.own(c.actor);
    const ways = await offered(account.id);
    const way = chosenWay(form.values['way'] ?? c.req.query['way'], ways) ?? 'password';
    const title = c.t('core:confirm.title');
    const next = localPath(form.values['next']);
    const proof = await proofView(c, deps, { owner, accountId: account.id, offered: ways, way, path: '/confirm', next });
    c.view('core/confirm', { form, title, lead: c.t('core:confirm.lead'), ...proof }, { title });
  }

  return (page) => {
    page.form('/confirm', enrolment(signedIn('write')), {
      schema: proofShape,
      initial: (c) => ({ next: c.req.query['next'] }),
      show,
      submit: (c, input) =>
        unlessThrottled(
          c,
          (form) => show(c, form),
          async () => {
            const { account, owner, sessionId } = await factors.own(c.actor);
            const way = (await offered(account.id)).find((one) => one === input.way);
            if (way === 'password') await credentials.confirm(c.actor, input.password);
            else if (way !== undefined && (await factors.prove({ account, owner, site: c.site, ip: c.actor.ip }, way, input))) {
              await sessions.confirm(sessionId);
            } else throw new InvalidInputError({ [way === 'passkey' ? '' : 'code']: { key: `core:proof.error.${way ?? 'totp'}` } });
            c.redirect(goal(input.next, home));
          },
        ),
    });

    page.post('/confirm/send', enrolment(signedIn('write')), async (c) => {
      const { next } = c.body(z.object({ next: typed }));
      const { account, owner } = await factors.own(c.actor);
      const back = `/confirm?${new URLSearchParams({ way: 'email', next: localPath(next) })}`;
      if (!(await offered(account.id)).includes('email')) return c.redirect('/confirm');
      await unlessThrottled(
        c,
        (form) => show(c, { ...form, values: { way: 'email', next } }),
        async () => {
          await emailCodes.send(owner, account);
          c.redirect(back, { key: 'core:proof.toast.sent' });
        },
      );
    });
  };
}
