import { z } from 'zod';
import type { Credentials } from '../accounts/credentials.js';
import { open, type PageModule } from '../http/types.js';
import { languageOptions, showDeadLink, type SiteAccounts } from './account-pages.js';

const shape = z
  .object({ userName: z.string().max(254), password: z.string().max(1000), again: z.string().max(1000), language: z.string().max(10) })
  .refine((input) => input.password === input.again, { path: ['again'], message: 'core:accounts.error.passwordAgain' });

/** The page that an invitation leads to. */
export function registerPages(deps: SiteAccounts & { credentials: Credentials }): PageModule {
  const { credentials, entrance, settings } = deps;
  return (page) => {
    page.form('/register/:token', open('write'), {
      schema: shape,
      async initial(c) {
        const link = await credentials.open(c.params['token'], 'register', c.site);
        return link.status === 'valid' ? { userName: link.account.userName, language: link.account.language } : {};
      },
      async show(c, form) {
        const link = await credentials.open(c.params['token'], 'register', c.site);
        if (link.status !== 'valid') return showDeadLink(c, 'register', link.status);
        const company = settings.companyName();
        const title = c.t('core:register.title', { company });
        const { name, email } = link.account;
        const data = {
          form,
          title,
          name,
          email,
          company,
          inviter: link.invitedBy,
          expiresAt: link.expiresAt,
          languages: languageOptions(settings.languages()),
        };
        c.view('core/register', data, { title, layout: 'plain' });
      },
      async submit(c, input) {
        const link = await credentials.open(c.params['token'], 'register', c.site);
        if (link.status !== 'valid') return showDeadLink(c, 'register', link.status);
        const account = await credentials.register(c.params['token'], input, { site: c.site, ip: c.actor.ip });
        const flash = { key: 'core:register.toast.done', vars: { name: account.name } };
        await entrance.complete(c, account.id, { method: 'link', next: deps.home, flash });
      },
    });
  };
}
