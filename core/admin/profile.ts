import { z } from 'zod';
import type { Accounts } from '../accounts/accounts.js';
import type { Credentials } from '../accounts/credentials.js';
import type { SessionStore } from '../accounts/session-store.js';
import { NotFoundError } from '../errors.js';
import { cookie, stateOf } from '../http/state.js';
import { signedIn, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { languageOptions, timeZoneOptions, unlessThrottled, type SiteAccounts } from './account-pages.js';
import { browserName } from '../accounts/browser-name.js';

const shape = z.object({ name: z.string().max(1000), mobile: z.string().max(1000).default(''), language: z.string().max(10), timeZone: z.string().max(100) });
const passwordShape = z
  .object({ current: z.string().max(1000), password: z.string().max(1000), again: z.string().max(1000) })
  .refine((input) => input.password === input.again, { path: ['again'], message: 'core:accounts.error.passwordAgain' });
const modeCookie = 'theme';
const yearMs = 365 * 86_400_000;

export interface ProfileDeps extends SiteAccounts {
  accounts: Accounts;
  credentials: Credentials;
  sessions: SessionStore;
}

/** What a signed-in person sees and changes of the own account. */
export function profilePages(deps: ProfileDeps): PageModule {
  const { accounts, credentials, sessions, session } = deps;
  return (page) => {
    page.form('/profile', signedIn('write'), {
      schema: shape,
      async initial(c) {
        const { name, mobile, language, timeZone } = await ownAccount(deps, c);
        return { name, mobile: mobile ?? '', language, timeZone };
      },
      show: (c, form) => showProfile(deps, c, form),
      async submit(c, input) {
        await accounts.updateProfile(c.actor, input);
        c.redirect('/profile', { key: 'core:profile.toast.saved' });
      },
    });

    page.form('/profile/password', signedIn('write'), {
      schema: passwordShape,
      show: showPassword,
      submit: (c, input) =>
        unlessThrottled(
          c,
          (form) => showPassword(c, form),
          async () => {
            const { id } = await ownAccount(deps, c);
            await credentials.changePassword(c.actor, input.current, input.password);
            // All sessions ended with the old password, this one too.
            await session.signIn(c, id, { method: 'password', factorDone: stateOf(c.req).session?.factorDone });
            c.redirect('/profile', { key: 'core:profile.toast.password' });
          },
        ),
    });

    page.post('/profile/sessions/:id/end', signedIn('write'), async (c) => {
      await sessions.endOwn(c.actor, c.id());
      c.redirect('/profile', { key: 'core:profile.toast.sessionEnded' });
    });

    page.post('/profile/mode', signedIn('write'), (c) => {
      const { mode } = c.body(z.object({ mode: z.enum(['', 'light', 'dark']) }));
      c.res.cookie(modeCookie, mode, { sameSite: 'lax', path: '/', maxAge: yearMs, secure: c.req.secure });
      c.redirect('/profile', { key: 'core:profile.toast.mode' });
    });
  };
}

async function ownAccount({ accounts }: ProfileDeps, c: PageContext) {
  const account = c.actor.account === null ? null : await accounts.get(c.actor.account.id);
  if (account === null) throw new NotFoundError();
  return account;
}

async function showProfile(deps: ProfileDeps, c: PageContext, form: FormState): Promise<void> {
  const account = await ownAccount(deps, c);
  const title = c.t('core:profile.title');
  const list = await deps.sessions.list(account.id);
  const current = cookie(c.req.headers.cookie, modeCookie);
  c.view(
    'core/profile',
    {
      form,
      title,
      account,
      languages: languageOptions(deps.settings.languages()),
      timeZones: timeZoneOptions(form.values['timeZone'], account.timeZone),
      sessions: list.map((entry) => ({ ...entry, browser: browserName(entry.agent), current: entry.id === c.actor.sessionId })),
      modeForm: { values: { mode: current === 'light' || current === 'dark' ? current : '' }, errors: {}, summary: [] },
      modes: ['', 'light', 'dark'].map((value) => ({ value, label: c.t(`core:profile.mode.${value || 'system'}`) })),
    },
    { title },
  );
}

function showPassword(c: PageContext, form: FormState): void {
  const title = c.t('core:profile.password.title');
  c.view('core/password', { form, title }, { title });
}
