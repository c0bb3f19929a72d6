import { z } from 'zod';
import type { Credentials } from '../accounts/credentials.js';
import { open, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { languageOptions, showDeadLink, unlessThrottled, type SiteAccounts } from './account-pages.js';

const full = z
  .object({
    code: z.string().max(100).optional(),
    userName: z.string().max(254),
    password: z.string().max(1000),
    again: z.string().max(1000),
    language: z.string().max(10),
  })
  .refine((input) => input.password === input.again, { path: ['again'], message: 'core:accounts.error.passwordAgain' });
/** The second button sends the form for a new code only. */
const shape = z.union([z.object({ newCode: z.literal('1') }), full]);

/** The page that an invitation leads to. */
export function registerPages(deps: SiteAccounts & { credentials: Credentials }): PageModule {
  const { credentials, entrance, settings } = deps;
  const show = async (c: PageContext, form: FormState, sent = false): Promise<void> => {
    const link = await credentials.open(c.params['token'], 'register', c.site);
    if (link.status !== 'valid') return showDeadLink(c, 'register', link.status);
    const company = settings.companyName();
    const title = c.t('core:register.title', { company });
    const { name, email, mobile } = link.account;
    const data = {
      form,
      title,
      name,
      email,
      company,
      /** Enough to know which phone to take. */
      sent,
      phone: link.asksCode ? (mobile ?? '').slice(-3) : null,
      inviter: link.invitedBy,
      expiresAt: link.expiresAt,
      languages: languageOptions(settings.languages()),
    };
    c.view('core/register', data, { title, layout: 'plain' });
  };
  return (page) => {
    page.form('/register/:token', open('write'), {
      schema: shape,
      async initial(c) {
        const link = await credentials.open(c.params['token'], 'register', c.site);
        return link.status === 'valid' ? { userName: link.account.userName, language: link.account.language } : {};
      },
      show,
      async submit(c, input) {
        const link = await credentials.open(c.params['token'], 'register', c.site);
        if (link.status !== 'valid') return showDeadLink(c, 'register', link.status);
        const origin = { site: c.site, ip: c.actor.ip };
        if ('newCode' in input) {
          const values = (c.req.body ?? {}) as Record<string, unknown>;
          return unlessThrottled(
            c,
            (form) => show(c, { ...form, values }),
            async () => {
              await credentials.renewCode(c.params['token'], origin);
              await show(c, { values, errors: {}, summary: [] }, true);
            },
          );
        }
        const account = await credentials.register(c.params['token'], input, origin);
        const flash = { key: 'core:register.toast.done', vars: { name: account.name } };
        await entrance.complete(c, account.id, { method: 'link', next: deps.home, flash });
      },
    });
  };
}
