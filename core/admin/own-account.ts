import { z } from 'zod';
import type { OwnAccount } from '../accounts/own-account.js';
import type { Accounts } from '../accounts/accounts.js';
import { open, signedIn, stepUp, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { unlessThrottled } from './account-pages.js';

export interface OwnAccountPageDeps {
  ownAccount: OwnAccount;
  accounts: Accounts;
}
const text = z.string().max(1000);
const write = stepUp(signedIn('write'));

/** Changing the own mail address and user name, on every site (DX-17). */
export function ownAccountPages({ ownAccount, accounts }: OwnAccountPageDeps): PageModule {
  const own = async (c: PageContext) => (c.actor.account === null ? null : await accounts.get(c.actor.account.id));
  const showEmail = async (c: PageContext, form: FormState): Promise<void> => {
    const title = c.t('core:ownAccount.email.title');
    c.view('core/own-email', { form, title, email: (await own(c))?.email }, { title });
  };
  const showUserName = (c: PageContext, form: FormState): void => {
    const title = c.t('core:ownAccount.userName.title');
    c.view('core/own-user-name', { form, title }, { title });
  };
  return (page) => {
    page.form('/profile/email', write, {
      schema: z.object({ email: text }),
      show: showEmail,
      submit: (c, { email }) =>
        unlessThrottled(
          c,
          (form) => showEmail(c, form),
          async () => {
            await ownAccount.requestEmail(c.actor, c.site, email);
            c.redirect('/profile', { key: 'core:ownAccount.toast.asked', vars: { email: email.trim() } });
          },
        ),
    });

    page.form('/profile/user-name', write, {
      schema: z.object({ userName: text }),
      initial: async (c) => ({ userName: (await own(c))?.userName }),
      show: showUserName,
      async submit(c, { userName }) {
        await ownAccount.changeUserName(c.actor, userName);
        c.redirect('/profile', { key: 'core:ownAccount.toast.userName' });
      },
    });

    // Opening a link changes nothing: scanners of mails do that too. The button does.
    for (const purpose of ['confirm', 'undo'] as const) {
      const dead = (c: PageContext): void => {
        const title = c.t('core:ownAccount.dead.title');
        c.view('core/own-email-done', { title, text: c.t('core:ownAccount.dead.text') }, { title, status: 404, layout: 'plain' });
      };
      page.form(`/profile/email/${purpose}/:token`, open('write'), {
        schema: z.object({}),
        async show(c) {
          const change = await ownAccount.find(c.params['token'], purpose, c.site);
          if (change === null) return dead(c);
          const title = c.t(`core:ownAccount.${purpose}.title`);
          const lead = c.t(`core:ownAccount.${purpose}.lead`, { before: change.old_email, after: change.new_email });
          c.view('core/own-email-link', { title, lead, button: c.t(`core:ownAccount.${purpose}.button`) }, { title, layout: 'plain' });
        },
        async submit(c) {
          if ((await ownAccount.find(c.params['token'], purpose, c.site)) === null) return dead(c);
          await ownAccount[purpose](c.params['token'], c.site, c.actor.ip);
          const title = c.t(`core:ownAccount.${purpose}.doneTitle`);
          const data = { title, text: c.t(`core:ownAccount.${purpose}.doneText`), forgot: purpose === 'undo' };
          c.view('core/own-email-done', data, { title, layout: 'plain' });
        },
      });
    }
  };
}
