import { z } from 'zod';
import { guard, type PageModule } from '../http/types.js';
import type { Outbox } from '../notifications/outbox.js';

/** Sends a mail at once and shows what the server really said. Register it before the settings pages. */
export function mailTestPages({ outbox }: { outbox: Pick<Outbox, 'testMail' | 'mail'> }): PageModule {
  return (page) => {
    page.form('/settings/mail-test', guard('core.settings.manage', 'write'), {
      schema: z.object({ address: z.email().max(200) }),
      initial: (c) => ({ address: c.actor.account?.email ?? '' }),
      show(c, form) {
        const title = c.t('core:mailTest.title');
        c.view('core/mail-test', { title, form, from: outbox.mail.from, configured: outbox.mail.url !== '' }, { title });
      },
      async submit(c, { address }) {
        const result = await outbox.testMail(address, c.language);
        const title = c.t('core:mailTest.title');
        const answer = result.status === 'accepted' ? result.detail : result.status === 'unconfigured' ? '' : result.error;
        const form = { values: { address }, errors: {}, summary: [] };
        c.view(
          'core/mail-test',
          { title, form, from: outbox.mail.from, configured: outbox.mail.url !== '', result: { ok: result.status === 'accepted', address, answer } },
          { title },
        );
      },
    });
  };
}
