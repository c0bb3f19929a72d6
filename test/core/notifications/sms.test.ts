import { expect } from 'chai';
import { SmsChannel } from '../../../core/notifications/sms-channel.js';
import type { RenderedMessage } from '../../../core/notifications/types.js';
import type { Settings } from '../../../core/settings/service-types.js';
import { createTestApp, system } from '../../support/app.js';
import { smsAccount, startSmsServer, type SmsAnswer } from '../../support/sms-server.js';

const message = (change: Partial<RenderedMessage> = {}): RenderedMessage => ({
  id: '1',
  to: { address: 'a@example.org', mobile: '+46701234567', name: 'Anna', accountId: 1 },
  subject: 'Subject',
  text: 'Long text',
  short: 'Fjord: code ACDE FHJK',
  html: '',
  link: 'https://portal.example/secret',
  language: 'en',
  secret: true,
  mail: {},
  ...change,
});
const never = new AbortController().signal;

describe('SMS channel', () => {
  let values: Record<string, string>;
  beforeEach(() => (values = { ...smsAccount }));
  const settings = { get: (key: string) => values[key] ?? '' } as unknown as Settings;

  async function against(
    answer: () => SmsAnswer,
    work: (channel: SmsChannel, sent: { to: string; text: string }[]) => Promise<void>,
    milliseconds = 10_000,
  ): Promise<void> {
    const server = await startSmsServer(answer);
    try {
      await work(new SmsChannel(settings, server.url, milliseconds), server.sent);
    } finally {
      await server.stop();
    }
  }

  it("sends number, sender and the short text with the account's log-in, nothing else", () =>
    against(
      () => 201,
      async (channel, sent) => {
        expect(await channel.deliver(message(), never)).to.deep.include({ status: 'accepted' });
        expect(sent).to.deep.equal([
          {
            login: `${smsAccount['core.smsAccount']}:canary-sms-token`,
            path: `/2010-04-01/Accounts/${smsAccount['core.smsAccount']}/Messages.json`,
            to: '+46701234567',
            from: '+46701740605',
            text: 'Fjord: code ACDE FHJK',
          },
        ]);
      },
    ));

  it('without an account it says so; without a number or a short text the message fails', async () => {
    const channel = new SmsChannel(settings, 'http://127.0.0.1:1');
    const to = message().to;
    expect(await channel.deliver(message({ to: { ...to, mobile: null } }), never)).to.include({ status: 'failed' });
    expect(await channel.deliver(message({ short: null }), never)).to.include({ status: 'failed' });
    values['core.smsToken'] = '';
    expect(await channel.deliver(message(), never)).to.deep.equal({ status: 'unconfigured' });
  });

  it('429 is tried again; a refusal is final and told in the words of the provider; the token is never told', () =>
    against(
      () => ({ status: 429, code: 20429, message: 'Too many requests' }),
      async (busy) => {
        expect(await busy.deliver(message(), never)).to.deep.equal({ status: 'retry', error: 'Too many requests (HTTP 429, code 20429)' });
        await against(
          () => ({ status: 400, code: 21211, message: "The 'To' number +46701234567 is not a valid phone number." }),
          async (channel) => {
            const result = await channel.deliver(message(), never);
            expect(result).to.include({ status: 'failed' });
            expect(JSON.stringify(result)).to.contain('is not a valid phone number').and.not.contain('canary');
          },
        );
      },
    ));

  for (const [what, answer] of [
    ['500', { status: 500, code: 20500, message: 'Internal error' }],
    ['no answer in time', 'hang'],
    ['a connection that breaks', 'break'],
  ] as const)
    it(`after ${what} a secret is not sent twice by itself; other messages are tried again`, () =>
      against(
        () => answer,
        async (channel, sent) => {
          expect((await channel.deliver(message(), never)).status).to.equal('failed');
          expect((await channel.deliver(message({ secret: false, mail: {} }), never)).status).to.equal('retry');
          expect(sent).to.have.length(2);
        },
        1000,
      ));

  it('a provider that cannot be reached is tried again: nothing was sent', async () => {
    const result = await new SmsChannel(settings, 'http://127.0.0.1:1').deliver(message(), never);
    expect(result).to.include({ status: 'retry' });
  });

  it('obeys the stop of the server', () =>
    against(
      () => 'hang',
      async (_, sent) => {
        const server = await startSmsServer(() => 'hang');
        const stop = new AbortController();
        const began = Date.now();
        const sending = new SmsChannel(settings, server.url).deliver(message({ secret: false, mail: {} }), stop.signal);
        setTimeout(() => stop.abort(), 100);
        expect(await sending).to.include({ status: 'retry' });
        expect(Date.now() - began).to.be.lessThan(5000);
        expect(sent).to.have.length(0);
        await server.stop();
        expect(await new SmsChannel(settings, server.url).deliver(message(), stop.signal)).to.include({ status: 'retry', error: 'stopped' });
      },
    ));
});

describe('SMS pages', () => {
  it('the test page shows the real answer; without an account it says so; wrong numbers stay in the form', async () => {
    const server = await startSmsServer((sms) => (sms.to.endsWith('00') ? { status: 400, code: 21211, message: 'Invalid To number' } : 201));
    const t = await createTestApp({ config: { sms: { url: server.url } } });
    try {
      const admin = await t.client('staff', await t.make.staff('administrator'));
      expect((await admin.get('/settings/sms-test')).text).to.contain('SMS is not set up yet');
      expect((await admin.post('/settings/sms-test', { address: '070-123 45 67' })).text).to.contain('SMS is not set up yet');
      expect(server.sent).to.have.length(0);
      await t.app.settings.set(system, smsAccount);
      const wrong = await admin.post('/settings/sms-test', { address: '12' });
      expect([wrong.status, wrong.text.includes('value="12"'), wrong.text.includes('no such telephone number')]).to.deep.equal([422, true, true]);
      expect((await admin.post('/settings/sms-test', { address: '070-123 45 67' })).text)
        .to.contain('queued SM')
        .and.contain('accepted the message to 070-123 45 67');
      expect(server.sent.at(-1)).to.include({ to: '+46701234567' });
      expect((await admin.post('/settings/sms-test', { address: '070-123 45 00' })).text).to.contain('Invalid To number (HTTP 400, code 21211)');
      expect((await (await t.client('staff', await t.make.staff('agent'))).get('/settings/sms-test')).status).to.equal(403);
      for (const path of ['/settings/core', '/settings/core/history', '/settings/audit']) expect((await admin.get(path)).text, path).not.to.contain('canary');
      for (const [key, value] of [
        ['core.country', 'XX'],
        ['core.smsAccount', 'SM1'],
        ['core.smsFrom', '070123'],
        ['core.smsFrom', 'much too long a name'],
      ])
        expect((await admin.post('/settings/core', { revision: '999', [key!]: value! })).text, key).to.match(
          /not a country|begins with AC|Enter a number with its country code/,
        );
    } finally {
      await t.close();
      await server.stop();
    }
  });
});
