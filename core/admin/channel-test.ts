import { z } from 'zod';
import { parsePhone } from '../accounts/phone.js';
import { InvalidInputError } from '../errors.js';
import { guard, type FormState, type PageContext, type PageModule } from '../http/types.js';
import type { Outbox } from '../notifications/outbox.js';
import type { DeliveryResult } from '../notifications/types.js';

interface ChannelTest {
  path: string;
  /** Its texts are `<texts>.title`, `.lead` and so on. */
  texts: 'mailTest' | 'smsTest';
  input: { type: 'email' | 'tel'; autocomplete: string; schema: z.ZodType<string> };
  settings: string;
  initial(c: PageContext): Promise<string> | string;
  from(): string;
  configured(): boolean;
  send(to: string, language: string): Promise<DeliveryResult>;
}
interface Deps {
  outbox: Pick<Outbox, 'testMail' | 'mail' | 'testSms' | 'sms'>;
  mobileOf(accountId: number): Promise<string | null>;
  country(): string;
}

/** Pages that send a message at once and show what the other side really said. Register them before the settings pages. */
export function channelTestPages({ outbox, mobileOf, country }: Deps): PageModule {
  const tests: ChannelTest[] = [
    {
      path: '/settings/mail-test',
      texts: 'mailTest',
      input: { type: 'email', autocomplete: 'email', schema: z.email().max(200) },
      settings: '/settings/core#section-mail',
      initial: (c) => c.actor.account?.email ?? '',
      from: () => outbox.mail.from,
      configured: () => outbox.mail.url !== '',
      send: (to, language) => outbox.testMail(to, language),
    },
    {
      path: '/settings/sms-test',
      texts: 'smsTest',
      input: { type: 'tel', autocomplete: 'tel', schema: z.string().min(1).max(60) },
      settings: '/settings/core#section-sms',
      initial: async (c) => (c.actor.account === null ? '' : ((await mobileOf(c.actor.account.id)) ?? '')),
      from: () => outbox.sms.from,
      configured: () => outbox.sms.configured,
      async send(to, language) {
        const mobile = parsePhone(to, country());
        if (mobile === null) throw new InvalidInputError({ address: { key: 'core:accounts.error.mobile', vars: { country: country() } } });
        return outbox.testSms(mobile, language);
      },
    },
  ];
  return (page) => {
    for (const test of tests)
      page.form(test.path, guard('core.settings.manage', 'write'), {
        schema: z.object({ address: test.input.schema }),
        initial: async (c) => ({ address: await test.initial(c) }),
        show: (c, form) => show(c, test, form),
        async submit(c, { address }) {
          const result = await test.send(address, c.language);
          const answer = result.status === 'accepted' ? result.detail : result.status === 'unconfigured' ? '' : result.error;
          const form = { values: { address }, errors: {}, summary: [] };
          show(c, test, form, { ok: result.status === 'accepted', address, answer });
        },
      });
  };
}

function show(c: PageContext, { path, texts, input, settings, from, configured }: ChannelTest, form: FormState, result?: object): void {
  const say = (key: string, vars?: Record<string, string>) => c.t(`core:${texts}.${key}`, vars);
  const title = say('title');
  const address = String(form.values['address'] ?? '');
  const words = {
    lead: say('lead'),
    accepted: say('accepted', { address }),
    refused: say('refused', { address }),
    answer: say('answer'),
    missing: say('missing'),
    configure: say('configure'),
    from: say('from', { address: from() }),
    address: say('address'),
    send: say('send'),
  };
  c.view(
    'core/channel-test',
    { title, words, path, type: input.type, autocomplete: input.autocomplete, settings, form, configured: configured(), result },
    { title },
  );
}
