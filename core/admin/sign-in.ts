import { z } from 'zod';
import type { Credentials } from '../accounts/credentials.js';
import { localPath } from '../http/local-path.js';
import { open, signedIn, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { goal, refusedForm, showDeadLink, unlessThrottled, type SiteAccounts } from './account-pages.js';
import { typed } from './proof-form.js';

export interface SignInDeps extends SiteAccounts {
  credentials: Credentials;
  /** On the staff site: nobody can sign in before the installation is set up. */
  setupNeeded?: () => Promise<boolean>;
}
const signInShape = z.object({ login: typed, password: typed, next: typed });
const newPassword = z.object({ password: z.string().max(1000), again: z.string().max(1000) });

/** Log-in, log-out and the forgotten password; the same on every site. */
export function signInPages(deps: SignInDeps): PageModule {
  const { credentials, session, entrance, kind } = deps;
  const origin = (c: PageContext) => ({ site: c.site, ip: c.actor.ip, agent: c.req.get('user-agent') });
  return (page) => {
    page.form('/sign-in', open('write'), {
      schema: signInShape,
      initial: (c) => ({ login: '', next: c.req.query['next'] }),
      async show(c, form) {
        if (c.actor.account !== null) return c.redirect(goal(form.values['next'], deps.home));
        if (await deps.setupNeeded?.()) return c.redirect('/setup');
        showSignIn(c, form);
      },
      submit: (c, input) =>
        unlessThrottled(
          c,
          (form) => showSignIn(c, form),
          async () => {
            const verified = await credentials.verify(kind, input.login, input.password, origin(c));
            if (verified === null) {
              c.res.status(401);
              return showSignIn(c, refusedForm(c, { detail: { key: 'core:signIn.failed' } }));
            }
            if (verified.mustChange) return c.redirect(await credentials.firstChange(verified.account.id, c.site));
            await entrance.complete(c, verified.account.id, { method: 'password', next: goal(input.next, deps.home) });
          },
        ),
    });

    page.post('/sign-out', open('write'), async (c) => {
      await session.signOut(c);
      c.redirect('/sign-in', { key: 'core:signIn.toast.out' });
    });

    // Asking is enough: a request of a signed-in person keeps the session alive.
    page.get('/session/ping', signedIn(), (c) => void c.res.set('Cache-Control', 'no-store').status(204).end());

    page.form('/forgot', open('write'), {
      schema: z.object({ email: typed }),
      show: (c, form) => showForgot(c, form, false),
      submit: (c, input) =>
        unlessThrottled(
          c,
          (form) => showForgot(c, form, false),
          async () => {
            await credentials.requestReset(kind, input.email, origin(c));
            showForgot(c, { values: {}, errors: {}, summary: [] }, true);
          },
        ),
    });

    page.form('/reset/:token', open('write'), {
      schema: newPassword.refine((input) => input.password === input.again, { path: ['again'], message: 'core:accounts.error.passwordAgain' }),
      async show(c, form) {
        const link = await credentials.open(c.params['token'], 'reset', c.site);
        if (link.status !== 'valid') return showDeadLink(c, 'reset', link.status);
        const title = c.t('core:reset.title');
        const { email, status } = link.account;
        const lead = c.t(status === 'invited' ? 'core:reset.leadFirst' : 'core:reset.lead', { email });
        c.view('core/reset', { form, title, lead, email }, { title, layout: 'plain' });
      },
      async submit(c, input) {
        const link = await credentials.open(c.params['token'], 'reset', c.site);
        if (link.status !== 'valid') return showDeadLink(c, 'reset', link.status);
        const account = await credentials.reset(c.params['token'], input.password, origin(c));
        await entrance.complete(c, account.id, { method: 'link', next: deps.home, flash: { key: 'core:reset.toast.done' } });
      },
    });
  };
}

function showSignIn(c: PageContext, form: FormState): void {
  const title = c.t('core:signIn.title');
  c.view('core/sign-in', { form, title, next: localPath(form.values['next']) }, { title, layout: 'plain' });
}

function showForgot(c: PageContext, form: FormState, sent: boolean): void {
  const title = c.t('core:forgot.title');
  c.view('core/forgot', { form, title, sent }, { title, layout: 'plain' });
}
