import { z } from 'zod';
import type { Devices } from '../accounts/factors/devices.js';
import type { EmailCodes } from '../accounts/factors/email-codes.js';
import type { PendingRow } from '../accounts/factors/models.js';
import type { PasskeyFactor } from '../accounts/factors/passkeys.js';
import { ownerOf, type PendingStore } from '../accounts/factors/pending.js';
import type { SecondFactors, Way } from '../accounts/factors/second-factors.js';
import type { RecoveryCodeSet } from '../accounts/factors/recovery-codes.js';
import type { SignInLog } from '../accounts/sign-in-log.js';
import { network, Throttle } from '../accounts/throttle.js';
import type { Account } from '../accounts/types.js';
import { InvalidInputError } from '../errors.js';
import { localPath } from '../http/local-path.js';
import { keepCookie, keptCookie } from '../http/session.js';
import { open, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { refusedForm, unlessThrottled, type SiteAccounts } from './account-pages.js';
import { chosenWay, proofShape, proofView, typed } from './proof-form.js';

export interface SecondStepDeps extends SiteAccounts {
  accounts: { get(id: number): Promise<Account | null> };
  factors: SecondFactors;
  pending: PendingStore;
  devices: Devices;
  passkeys: PasskeyFactor;
  emailCodes: EmailCodes;
  recovery: RecoveryCodeSet;
  signInLog: SignInLog;
}
interface Current {
  pending: PendingRow;
  account: Account;
  owner: string;
  offered: Way[];
}
const dayMs = 86_400_000;

/** The second step after the password, and the sign-in with a passkey instead of one; the same on every site. */
export function secondStepPages(deps: SecondStepDeps): PageModule {
  const { accounts, factors, devices, pending, passkeys, emailCodes, recovery, session, entrance, kind } = deps;
  const starts = new Throttle('passkey-start', 60);

  /** The sign-in that this browser has begun; without one there is nothing to see here. */
  async function current(c: PageContext): Promise<Current | null> {
    const found = await pending.find(keptCookie(c, 'pending'), c.site);
    const account = found?.account_id ? await accounts.get(found.account_id) : null;
    if (found === null || account?.status !== 'active') return null;
    return { pending: found, account, owner: ownerOf(found), offered: await factors.ways(account.id) };
  }
  const again = (c: PageContext) => c.redirect('/sign-in', c.req.method === 'GET' ? undefined : { key: 'core:second.toast.expired', tone: 'info' });
  const failed = (c: PageContext, accountId: number | null, method: Way, reason: string) =>
    deps.signInLog.failed({ accountId, site: c.site, ip: c.actor.ip, agent: c.req.get('user-agent') ?? null, method }, reason);

  async function show(c: PageContext, form: FormState): Promise<void> {
    const now = await current(c);
    const way = now && chosenWay(form.values['way'] ?? c.req.query['way'], now.offered);
    if (!now || !way) return again(c);
    const title = c.t('core:second.title');
    const proof = await proofView(c, deps, { owner: now.owner, accountId: now.account.id, offered: now.offered, way, path: '/sign-in/second' });
    const remember = way === 'recovery' ? 0 : devices.days();
    c.view('core/second-step', { form, title, lead: c.t(`core:second.lead.${way}`), remember, ...proof }, { title, layout: 'plain' });
  }

  return (page) => {
    page.form('/sign-in/second', open('write'), {
      schema: proofShape.extend({ remember: typed }),
      show,
      submit: (c, input) =>
        unlessThrottled(
          c,
          (form) => show(c, form),
          async () => {
            const now = await current(c);
            const way = now && chosenWay(input.way, now.offered);
            if (!now || !way) return again(c);
            const { account, owner } = now;
            if (!(await factors.prove({ account, owner, site: c.site, ip: c.actor.ip }, way, input))) {
              await failed(c, account.id, way, 'code');
              throw new InvalidInputError({ [way === 'passkey' ? '' : 'code']: { key: `core:proof.error.${way}` } });
            }
            if (!(await pending.use(now.pending.id))) return again(c);
            keepCookie(c, 'pending', null);
            if (input.remember !== '' && way !== 'recovery' && devices.days() > 0)
              keepCookie(c, 'device', await devices.remember(account.id, c.site, c.req.get('user-agent') ?? null), devices.days() * dayMs);
            await session.signIn(c, account.id, { method: way, factorDone: true });
            if (way !== 'recovery') return c.redirect(now.pending.next);
            const left = (await recovery.state(account.id))?.left ?? 0;
            c.redirect(now.pending.next, { key: 'core:second.toast.codesLeft', vars: { count: left }, tone: 'info' });
          },
        ),
    });

    page.post('/sign-in/second/send', open('write'), async (c) => {
      const now = await current(c);
      if (!now?.offered.includes('email')) return again(c);
      await unlessThrottled(
        c,
        (form) => show(c, { ...form, values: { way: 'email' } }),
        async () => {
          await emailCodes.send(now.owner, now.account);
          c.redirect('/sign-in/second?way=email', { key: 'core:proof.toast.sent' });
        },
      );
    });

    page.post('/sign-in/passkey/start', open('write'), (c) =>
      unlessThrottled(
        c,
        () => c.redirect('/sign-in', { key: 'core:second.toast.wait', tone: 'bad' }),
        async () => {
          await starts.attempt(network(c.actor.ip ?? ''), null);
          const { next } = c.body(z.object({ next: typed }));
          const begun = await pending.begin({ accountId: null, site: c.site, method: 'passkey', next: localPath(next) });
          keepCookie(c, 'pending', begun.token, 10 * 60_000);
          c.redirect('/sign-in/passkey');
        },
      ),
    );

    const begunWithout = async (c: PageContext): Promise<PendingRow | null> => {
      const found = await pending.find(keptCookie(c, 'pending'), c.site);
      return found?.account_id === null ? found : null;
    };
    const showPasskey = async (c: PageContext, form: FormState): Promise<void> => {
      const found = await begunWithout(c);
      if (found === null) return again(c);
      const title = c.t('core:passkey.title');
      const options = await passkeys.request(ownerOf(found), c.site, null);
      c.view('core/passkey', { form, title, options, auto: form.summary.length === 0 }, { title, layout: 'plain' });
    };
    page.form('/sign-in/passkey', open('write'), {
      schema: z.object({ response: typed }),
      show: showPasskey,
      async submit(c, { response }) {
        const found = await begunWithout(c);
        if (found === null) return again(c);
        const accountId = await passkeys.check(ownerOf(found), c.site, null, response);
        const account = accountId === null ? null : await accounts.get(accountId);
        if (account?.kind !== kind || account.status !== 'active' || !(await pending.use(found.id))) {
          await failed(c, account?.id ?? null, 'passkey', account === null ? 'unknown' : 'disabled');
          c.res.status(401);
          return showPasskey(c, refusedForm(c, { detail: { key: 'core:proof.error.passkey' } }));
        }
        keepCookie(c, 'pending', null);
        await entrance.complete(c, account.id, { method: 'passkey', factorDone: true, next: found.next });
      },
    });
  };
}
