import { z } from 'zod';
import type { SetupService } from '../accounts/setup-service.js';
import { NotFoundError } from '../errors.js';
import { open, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { languageOptions, timeZoneOptions, unlessThrottled, type SiteAccounts } from './account-pages.js';

const text = z.string().max(1000);
const shape = z
  .object({ code: text, companyName: text, name: text, email: text, password: text, again: text, language: text, timeZone: text })
  .refine((input) => input.password === input.again, { path: ['again'], message: 'core:accounts.error.passwordAgain' });

/** The first page of a new installation; it does not exist any more once there is an administrator. */
export function setupPages(deps: SiteAccounts & { setup: SetupService }): PageModule {
  const { setup, entrance, settings } = deps;
  const show = async (c: PageContext, form: FormState): Promise<void> => {
    if (!(await setup.needed())) throw new NotFoundError();
    const title = c.t('core:setup.title');
    const data = { form, title, languages: languageOptions(settings.languages()), timeZones: timeZoneOptions(form.values['timeZone']) };
    c.view('core/setup', data, { title, layout: 'plain' });
  };
  return (page) => {
    page.form('/setup', open('write'), {
      schema: shape,
      initial: (c) => ({ language: c.language, timeZone: settings.timeZone() }),
      show,
      async submit(c, { code, again: _again, ...input }) {
        if (!(await setup.needed())) throw new NotFoundError();
        await unlessThrottled(
          c,
          (form) => show(c, form),
          async () => {
            const account = await setup.complete(code, input, c.actor.ip);
            await entrance.complete(c, account.id, { method: 'password', next: deps.home, flash: { key: 'core:setup.toast.done' } });
          },
        );
      },
    });
  };
}
