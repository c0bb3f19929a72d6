import { z } from 'zod';
import { Throttle } from '../accounts/throttle.js';
import { isSecret, newSecret } from '../accounts/secrets.js';
import type { SessionStore } from '../accounts/session-store.js';
import { ForbiddenError, InvalidInputError } from '../errors.js';
import type { Contributions } from '../http/contributions.js';
import { localPath } from '../http/local-path.js';
import { keepCookie, keptCookie } from '../http/session.js';
import { open, signedIn, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { domainOf, refused, type Identities } from '../sso/identities.js';
import { callbackPath, type Arrival, type SsoFlow } from '../sso/sso-flow.js';
import { unlessThrottled } from './account-pages.js';

export interface SsoPageDeps {
  flow: SsoFlow;
  identities: Identities;
  sessions: SessionStore;
  /** Lets an account in that an outside log-in has named. */
  enter(c: PageContext, arrival: Arrival): Promise<void>;
}
const attemptMs = 10 * 60_000;
const statuses: Readonly<Record<string, number>> = { sso_attempt: 400, sso_provider: 404 };

/** Signing in by a service of somebody else; the same on every site. */
export function ssoPages({ flow, identities, sessions, enter }: SsoPageDeps): PageModule {
  // A whole company may come from one address in the morning.
  const starts = new Throttle('sso', 300, 300);
  const finds = new Throttle('sso-find', 60, 60);
  return (page) => {
    page.form('/sign-in/sso', open('write'), {
      schema: z.object({ email: z.email('core:accounts.error.email').max(254), next: z.string().max(2000).default('/') }),
      initial: (c) => ({ next: localPath(c.req.query['next']) }),
      show: showFind,
      submit: (c, { email, next }) =>
        unlessThrottled(
          c,
          (form) => showFind(c, form),
          async () => {
            await finds.attempt(`${c.actor.ip}`, c.actor.ip);
            const provider = await flow.byDomain(c.site, domainOf(email));
            if (provider === null) throw new InvalidInputError({ email: { key: 'core:sso.find.none' } });
            const href = `/sign-in/sso/${provider.id}?${new URLSearchParams({ next: localPath(next) })}`;
            // Browsers let no form lead to another site: the page goes on by itself.
            c.res.set('Refresh', `0; url=${href}`);
            const title = c.t('core:sso.going', { name: provider.name });
            c.view('core/sso-going', { title, href, name: provider.name }, { title, layout: 'plain' });
          },
        ),
    });

    page.get(callbackPath, open(), (c) =>
      orRefused(c, async () => {
        const arrival = await flow.finish(new URL(c.req.originalUrl, 'http://localhost').search, visitor(c, keptCookie(c, 'sso') ?? ''));
        if (arrival.sessionId === null) return enter(c, arrival);
        if (arrival.sessionId !== c.actor.sessionId || arrival.account.id !== c.actor.account?.id) throw refused('otherPerson');
        await sessions.confirm(arrival.sessionId);
        c.redirect(arrival.next);
      }),
    );

    page.get('/sign-in/sso/:provider', open(), (c) =>
      orRefused(c, async () => {
        const { next, confirm } = c.query(z.object({ next: z.unknown().optional(), confirm: z.unknown().optional() }));
        await starts.attempt(`${c.actor.ip}`, c.actor.ip);
        const known = keptCookie(c, 'sso');
        const browser = isSecret(known) ? known : newSecret();
        const session = confirm === '1' ? c.actor.sessionId : null;
        const url = await flow.start(c.id('provider'), localPath(next), session, visitor(c, browser));
        keepCookie(c, 'sso', browser, attemptMs);
        c.redirect(url.href);
      }),
    );

    page.post('/profile/identities/:id/unlink', signedIn('delete'), async (c) => {
      await identities.unlink(c.actor, c.id());
      c.redirect('/profile', { key: 'core:sso.toast.unlinked' });
    });
  };
}

/** Buttons of the services on the pages where people sign in or show once more who they are, and what the own account is linked with. */
export function fillSsoOutlets(contributions: Contributions, { flow, identities }: Pick<SsoPageDeps, 'flow' | 'identities'>): void {
  const fill = { plugin: 'core', order: 50 } as const;
  contributions.fill({
    ...fill,
    outlet: 'core.sign-in',
    view: 'core/sso-buttons',
    async data(c, { next }) {
      const query = new URLSearchParams({ next: localPath(next) }).toString();
      const [offers, find] = [await flow.offers(c.site), await flow.hasOwned(c.site)];
      return offers.length > 0 || find ? { offers, find, query } : null;
    },
  });
  contributions.fill({
    ...fill,
    outlet: 'core.confirm',
    view: 'core/sso-confirm',
    async data(c, { next }) {
      const links = c.actor.account === null ? [] : (await identities.own(c.actor.account.id)).filter((one) => one.active);
      const query = new URLSearchParams({ confirm: '1', next: localPath(next) }).toString();
      return links.length > 0 ? { links, query } : null;
    },
  });
  contributions.fill({
    ...fill,
    outlet: 'core.profile',
    view: 'core/sso-identities',
    async data(c) {
      const links = c.actor.account === null ? [] : await identities.own(c.actor.account.id);
      return links.length > 0 ? { links } : null;
    },
  });
}

const visitor = (c: PageContext, browser: string) => ({ site: c.site, ip: c.actor.ip, agent: c.req.get('user-agent') ?? null, browser });

/** Who is not let in reads why, and can start again. */
async function orRefused(c: PageContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ForbiddenError) || !error.code.startsWith('sso_')) throw error;
    const title = c.t('core:sso.refused.title');
    c.view(
      'core/sso-refused',
      { title, text: c.t(error.detail.key, error.detail.vars), signedIn: c.actor.account !== null },
      { title, status: statuses[error.code] ?? 403, layout: 'plain' },
    );
  }
}

function showFind(c: PageContext, form: FormState): void {
  const title = c.t('core:sso.find.title');
  c.view('core/sso-find', { title, form, next: localPath(form.values['next']) }, { title, layout: 'plain' });
}
