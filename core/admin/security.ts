import { z } from 'zod';
import type { Devices } from '../accounts/factors/devices.js';
import type { EmailCodes } from '../accounts/factors/email-codes.js';
import type { PasskeyFactor } from '../accounts/factors/passkeys.js';
import type { RecoveryCodeSet } from '../accounts/factors/recovery-codes.js';
import type { SecondFactors } from '../accounts/factors/second-factors.js';
import type { TotpFactor } from '../accounts/factors/totp.js';
import { browserName } from '../accounts/browser-name.js';
import { hasControl } from '../accounts/read.js';
import type { OwnAccount } from '../accounts/own-account.js';
import type { SignInLog } from '../accounts/sign-in-log.js';
import { stateOf } from '../http/state.js';
import { enrolment, signedIn, stepUp, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { unlessThrottled } from './account-pages.js';
import { typed } from './proof-form.js';

export interface SecurityDeps {
  factors: SecondFactors;
  totp: TotpFactor;
  passkeys: PasskeyFactor;
  emailCodes: EmailCodes;
  recovery: RecoveryCodeSet;
  devices: Devices;
  signInLog: SignInLog;
  ownAccount: OwnAccount;
}
const home = '/profile/security';
const shownSignIns = 10;
/** Adding and removing is for those who have just shown who they are, also while nothing else is open to them. */
const change = stepUp(enrolment(signedIn('write')));
const passkeyName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((name) => !hasControl(name));
const icons = { totp: 'smartphone', passkey: 'fingerprint', email: 'mail' };

/** What stands beside the own password: second factors, recovery codes, remembered browsers, and the last sign-ins. */
export function securityPages(deps: SecurityDeps): PageModule {
  const { factors, totp, passkeys, emailCodes, recovery, ownAccount } = deps;

  /** After the first factor come the recovery codes: without them a lost telephone is a lost account. */
  const added = async (c: PageContext, name: string): Promise<void> => {
    const { account } = await factors.own(c.actor);
    const first = (await recovery.state(account.id)) === null;
    c.redirect(first ? `${home}/codes` : home, { key: 'core:security.toast.added', vars: { name } });
  };

  const showTotp = async (c: PageContext, form: FormState): Promise<void> => {
    const { account, owner } = await factors.own(c.actor);
    const title = c.t('core:security.totp.title');
    const { key } = await totp.offer(owner, account);
    c.view('core/security-totp', { form, title, key }, { title });
  };
  const showPasskey = async (c: PageContext, form: FormState): Promise<void> => {
    const { account, owner } = await factors.own(c.actor);
    const title = c.t('core:security.passkey.title');
    c.view('core/security-passkey', { form, title, options: await passkeys.creation(owner, account, c.site) }, { title });
  };
  const showEmail = async (c: PageContext, form: FormState): Promise<void> => {
    const { account, owner } = await factors.own(c.actor);
    const title = c.t('core:security.email.title');
    c.view('core/security-email', { form, title, email: account.email, sent: await emailCodes.sent(owner) }, { title });
  };
  const showCodes = async (c: PageContext, codes: string[]): Promise<void> => {
    const { account } = await factors.own(c.actor);
    const title = c.t('core:security.codes.title');
    const text = [c.t('core:security.codes.fileHead', { email: account.email }), '', ...codes, ''].join('\n');
    c.view('core/security-codes', { title, codes, text, state: await recovery.state(account.id) }, { title });
  };
  const calmly = (c: PageContext, show: (c: PageContext, form: FormState) => Promise<void>, work: () => Promise<void>) =>
    unlessThrottled(c, (form) => show(c, form), work);

  return (page) => {
    page.get(home, enrolment(signedIn()), (c) => showOverview(deps, c));

    // A page may hold no markup of its own making, so the picture has an address.
    page.get(`${home}/totp/key.svg`, { ...change, access: 'read' }, async (c) => {
      const { account, owner } = await factors.own(c.actor);
      c.res
        .type('image/svg+xml')
        .set('Cache-Control', 'no-store')
        .send((await totp.offer(owner, account)).svg);
    });
    page.form(`${home}/totp`, change, {
      schema: z.object({ code: typed }),
      show: showTotp,
      submit: (c, { code }) =>
        calmly(c, showTotp, async () => {
          const name = c.t('core:factors.kind.totp');
          await factors.addTotp(c.actor, code, name);
          await added(c, name);
        }),
    });

    page.form(`${home}/passkey`, change, {
      schema: z.object({ name: passkeyName, response: typed }),
      initial: (c) => ({ name: browserName(c.req.get('user-agent') ?? null) ?? '' }),
      show: showPasskey,
      submit: (c, { name, response }) =>
        calmly(c, showPasskey, async () => {
          await factors.addPasskey(c.actor, c.site, response, name);
          await added(c, name);
        }),
    });

    page.form(`${home}/email`, change, {
      schema: z.object({ code: typed }),
      show: showEmail,
      submit: (c, { code }) =>
        calmly(c, showEmail, async () => {
          const name = c.t('core:factors.kind.email');
          await factors.addEmail(c.actor, code, name);
          await added(c, name);
        }),
    });
    page.post(`${home}/email/send`, change, (c) =>
      calmly(c, showEmail, async () => {
        const { account, owner } = await factors.own(c.actor);
        await emailCodes.send(owner, account);
        c.redirect(`${home}/email`, { key: 'core:proof.toast.sent' });
      }),
    );

    page.post(`${home}/factors/:id/remove`, stepUp(signedIn('write')), async (c) => {
      await factors.remove(c.actor, c.id());
      c.redirect(home, { key: 'core:security.toast.removed' });
    });

    page.form(`${home}/factors/:id/name`, signedIn('write'), {
      schema: z.object({ name: passkeyName }),
      initial: async (c) => ({ name: (await factors.passkey(c.actor, c.id())).name }),
      async show(c, form) {
        const { id } = await factors.passkey(c.actor, c.id());
        const title = c.t('core:security.renameTitle');
        c.view('core/security-passkey-name', { form, title, action: `${home}/factors/${id}/name` }, { title });
      },
      async submit(c, { name }) {
        await factors.rename(c.actor, c.id(), name);
        c.redirect(home, { key: 'core:security.toast.renamed', vars: { name } });
      },
    });

    page.form(`${home}/codes`, change, {
      schema: z.object({}),
      show: (c) => showCodes(c, []),
      submit: async (c) => showCodes(c, await factors.renewCodes(c.actor)),
    });

    page.post(`${home}/devices/:id/forget`, signedIn('write'), async (c) => {
      await factors.forgetDevice(c.actor, c.id());
      c.redirect(home, { key: 'core:security.toast.forgotten' });
    });

    page.post(`${home}/notice`, signedIn('write'), async (c) => {
      const { wanted } = c.body(z.object({ wanted: typed }));
      await ownAccount.setSignInMail(c.actor, wanted !== '');
      c.redirect(`${home}#sign-ins`, { key: 'core:profile.toast.saved' });
    });
  };
}

async function showOverview(deps: SecurityDeps, c: PageContext): Promise<void> {
  const { factors, recovery, devices, signInLog, ownAccount } = deps;
  const { account } = await factors.own(c.actor);
  const own = await factors.list(account.id);
  const codes = await recovery.state(account.id);
  const { session } = stateOf(c.req);
  const title = c.t('core:security.title');
  const data = {
    title,
    restricted: session?.restricted ?? false,
    enrolBy: own.length === 0 ? session?.enrolBy : null,
    factors: own.map((factor) => ({ ...factor, icon: icons[factor.kind], kindText: c.t(`core:factors.kind.${factor.kind}`) })),
    hasEmail: own.some(({ kind }) => kind === 'email'),
    codes,
    codesTone: (codes?.left ?? 0) > 2 ? 'ok' : 'warn',
    devices: (await devices.list(account.id)).map((device) => ({ ...device, browser: browserName(device.agent) })),
    rememberDays: devices.days(),
    signIns: (await signInLog.own(account.id, shownSignIns)).map((row) => signInLine(c, row)),
    noticeForm: { values: { wanted: (await ownAccount.wantsSignInMail(account.id)) ? 'true' : '' }, errors: {}, summary: [] },
  };
  c.view('core/security', data, { title });
}

/** One line of the log of sign-ins, in words. */
export function signInLine(c: PageContext, row: Awaited<ReturnType<SignInLog['own']>>[number]) {
  return {
    id: row.id,
    at: row.at,
    ip: row.ip,
    site: row.site,
    accountId: row.account_id,
    browser: browserName(row.agent) ?? c.t('core:profile.unknownBrowser'),
    method: c.t(`core:signIns.method.${row.method}`),
    tone: row.result === 'ok' ? 'ok' : 'warn',
    result: c.t(`core:signIns.result.${row.result}`),
    reason: row.reason === null ? '' : c.t(`core:signIns.reason.${row.reason}`),
  };
}
