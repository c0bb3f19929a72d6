import { expect } from 'chai';
import { newCode, normalizeCode } from '../../../core/accounts/codes.js';
import { parsePhone } from '../../../core/accounts/phone.js';
import { createTestApp, password, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { smsAccount, startSmsServer } from '../../support/sms-server.js';
import { createWorld, failure, goodPassword, type World } from './accounts-world.js';

describe('Codes and phone numbers', () => {
  it('DX-06 codes have only characters that nobody mistakes for each other, and are taken in any way of typing', () => {
    const code = newCode(4000);
    expect(code).not.to.match(/[O0IL1S5B8Z2]/);
    expect(new Set(code).size).to.equal(24);
    expect(normalizeCode(' acde-fh jk-mn')).to.equal('ACDEFHJKMN');
    for (const strange of [undefined, null, 7, ['A'], { a: 1 }]) expect(normalizeCode(strange)).to.equal('');
  });

  it('numbers are kept in one form; the country decides what a number without a code means', () => {
    expect(parsePhone('070-123 45 67', 'SE')).to.equal('+46701234567');
    expect(parsePhone('0170 1234567', 'DE')).to.equal('+491701234567');
    expect(parsePhone('+421 901 234 567', 'SE')).to.equal('+421901234567');
    for (const wrong of ['', '12', 'abc', '070-123', '+46 70 123 45 67 ext. 8', '070-123 45 67'.repeat(9), '<script>'])
      expect(parsePhone(wrong, 'SE'), wrong).to.equal(null);
    expect(parsePhone('070-123 45 67', 'XX')).to.equal(null);
  });
});

describe('Registration code', () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.drop());
  beforeEach(() => (world.sms.ready = true));
  const fields = { userName: '', password: goodPassword, language: 'en' };

  async function invite(email: string, mobile: string | null = '070-123 45 67') {
    const { id } = await world.accounts.create(world.system, { kind: 'customer', name: 'Anna', email, mobile });
    const before = world.sent.length;
    await world.accounts.invite(world.system, id, 'portal');
    const news = world.sent.slice(before);
    const token =
      news
        .find((one) => one.template === 'core.invitation')
        ?.link?.split('/')
        .at(-1) ?? '';
    return { id, token, code: codeOf(news), news };
  }
  const codeOf = (sent = world.sent) => String(sent.filter((one) => one.template === 'core.registration-code').at(-1)?.data['code'] ?? '');
  const register = (token: string, email: string, code?: string) =>
    world.credentials.register(token, { ...fields, userName: email, ...(code === undefined ? {} : { code }) }, world.origin('portal'));
  const problem = async (token: string, email: string, code?: string) => (await failure(register(token, email, code))).fields?.['code']?.key;

  it('DX-06 DX-07 goes to the mobile as a secret; the link alone is not enough, both together are', async () => {
    const { id, token, code, news } = await invite('both@example.com');
    expect(news.find((one) => one.template === 'core.registration-code')).to.deep.include({ channels: ['sms'], secret: true, to: { accountId: id } });
    expect((await world.accounts.get(id))?.mobile).to.equal('+46701234567');
    expect(code).to.match(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/);
    expect(JSON.stringify(await world.db.query('SELECT * FROM core_invitations'))).not.to.contain(code.replace('-', ''));
    expect(await problem(token, 'both@example.com')).to.equal('core:register.error.codeMissing');
    expect(await problem(token, 'both@example.com', 'AAAA AAAA')).to.equal('core:register.error.codeWrong');
    expect((await register(token, 'both@example.com', code.toLowerCase().replace('-', ' '))).status).to.equal('active');
  });

  it('DX-06 without a number, or while SMS is not set up, the link is enough', async () => {
    const plain = await invite('plain@example.com', null);
    expect(plain.code).to.equal('');
    expect((await register(plain.token, 'plain@example.com')).status).to.equal('active');
    world.sms.ready = false;
    expect(world.accounts.sendsCodes()).to.equal(false);
    const unset = await invite('unset@example.com');
    expect(unset.code).to.equal('');
    expect((await register(unset.token, 'unset@example.com')).status).to.equal('active');
  });

  it('B3 five wrong tries end a code, also when they come at once; the right one then no longer counts', async () => {
    const { token, code } = await invite('tries@example.com', '+46 70 222 22 22');
    const answers = await Promise.all(Array.from({ length: 12 }, () => problem(token, 'tries@example.com', 'AAAA AAAA')));
    expect(answers.filter((key) => key === 'core:register.error.codeWrong').length).to.be.at.most(5);
    expect(await problem(token, 'tries@example.com', code)).to.equal('core:register.error.codeLocked');
    world.pass(1);
    await world.credentials.renewCode(token, world.origin('portal'));
    expect(await problem(token, 'tries@example.com', code)).to.equal('core:register.error.codeWrong');
    expect((await register(token, 'tries@example.com', codeOf())).status).to.equal('active');
  });

  it('a right code with a weak password does not use up tries', async () => {
    const { token, code } = await invite('weak@example.com', '+46 70 333 33 33');
    for (let i = 0; i < 8; i += 1) {
      const error = await failure(
        world.credentials.register(token, { ...fields, userName: 'weak@example.com', password: 'short', code }, world.origin('portal')),
      );
      expect(Object.keys(error.fields ?? {})).to.deep.equal(['password']);
    }
    expect((await register(token, 'weak@example.com', code)).status).to.equal('active');
  });

  it('a new code comes at most every 30 seconds and five times a day for a number', async () => {
    const mobile = '+46 70 444 44 44';
    const { token } = await invite('often@example.com', mobile);
    const again = () => failure(world.credentials.renewCode(token, world.origin('portal')));
    expect((await again()).code).to.equal('throttled');
    for (let i = 0; i < 4; i += 1) {
      world.pass(1);
      await world.credentials.renewCode(token, world.origin('portal'));
    }
    world.pass(1);
    expect((await again()).code).to.equal('throttled');
    // Another account with the same number gains nothing.
    const other = await invite('often2@example.com', mobile);
    world.pass(1);
    expect((await failure(world.credentials.renewCode(other.token, world.origin('portal')))).code).to.equal('throttled');
    world.pass(24 * 60);
    await world.credentials.renewCode(token, world.origin('portal'));
    expect(world.audited.at(-1)).to.include({ action: 'core.account.code-sent' });
  });

  it('DX-06 sending the invitation again ends link and code; a code of another link opens nothing', async () => {
    const first = await invite('resend@example.com', '+46 70 555 55 55');
    await world.accounts.invite(world.system, first.id, 'portal');
    const second = {
      token:
        world.sent
          .filter((one) => one.template === 'core.invitation')
          .at(-1)
          ?.link?.split('/')
          .at(-1) ?? '',
      code: codeOf(),
    };
    expect((await failure(register(first.token, 'resend@example.com', first.code))).code).to.equal('dead_link');
    expect((await failure(world.credentials.renewCode(first.token, world.origin('portal')))).code).to.equal('dead_link');
    expect(await problem(second.token, 'resend@example.com', first.code)).to.equal('core:register.error.codeWrong');
    expect((await register(second.token, 'resend@example.com', second.code)).status).to.equal('active');
  });

  it('what is typed as a number is checked, and stays wrong with a sentence', async () => {
    const error = await failure(world.accounts.create(world.system, { kind: 'customer', name: 'A', email: 'number@example.com', mobile: '12' }));
    expect(error.fields?.['mobile']?.key).to.equal('core:accounts.error.mobile');
    const german = await world.accounts.create(world.system, {
      kind: 'customer',
      name: 'A',
      email: 'number@example.com',
      mobile: '0170 1234567',
      country: 'DE',
    });
    expect(german.mobile).to.equal('+491701234567');
  });
});

describe('Registration with a code, by page', () => {
  let t: TestApp;
  let sms: Awaited<ReturnType<typeof startSmsServer>>;
  let admin: Client;
  before(async () => {
    sms = await startSmsServer();
    t = await createTestApp({ config: { sms: { url: sms.url } } });
    admin = await t.client('staff', await t.make.staff('administrator'));
  });
  after(async () => {
    await t.close();
    await sms.stop();
  });
  const newest = async (template: string) =>
    (
      await t.app.db.query<{ id: string; link: string; status: string; data: string }>(
        'SELECT * FROM core_outbox WHERE template = ? ORDER BY id DESC LIMIT 1',
        [template],
      )
    )[0]!;

  it('DX-05 DX-06 the page where an access is made says whether a code will be sent', async () => {
    const customer = await t.make.customer();
    const pages = ['/settings/accounts/new', `/customers/${customer.id}/accesses/new`];
    for (const path of pages) expect((await admin.get(path)).text, path).to.contain('SMS is not set up: the link of the invitation alone is enough');
    await t.app.settings.set(system, smsAccount);
    for (const path of pages) expect((await admin.get(path)).text, path).to.contain('a code goes there by SMS');
  });

  it('DX-07 a person registers with link and code; the SMS holds the code and no link; what was typed stays', async () => {
    const customer = await t.make.customer();
    await admin.get(`/customers/${customer.id}/accesses/new`);
    const wrong = await admin.post(`/customers/${customer.id}/accesses/new`, {
      name: 'Nils',
      email: 'nils@person.test',
      mobile: '070',
      options: 'desk.request.read',
      all_installations: 'true',
    });
    expect([wrong.status, wrong.text.includes('value="070"'), wrong.text.includes('no such telephone number')]).to.deep.equal([422, true, true]);
    expect(
      (
        await admin.post(`/customers/${customer.id}/accesses/new`, {
          name: 'Nils',
          email: 'nils@person.test',
          mobile: '070-777 77 77',
          options: 'desk.request.read',
          all_installations: 'true',
        })
      ).status,
    ).to.equal(303);
    const path = new URL((await newest('core.invitation')).link).pathname;
    await t.app.outbox.flush();
    expect(sms.sent).to.have.length(1);
    expect(sms.sent[0]!.to).to.equal('+46707777777');
    expect(sms.sent[0]!.text).not.to.match(/http|Nils|nils@/);
    const code = /code is (\S+)\./.exec(sms.sent[0]!.text)?.[1] ?? '';
    // The code is gone from the database and from the page of outgoing messages.
    const row = await newest('core.registration-code');
    expect([row.status, row.data]).to.deep.equal(['accepted', '{}']);
    expect((await admin.get(`/settings/outgoing/${row.id}`)).text)
      .to.contain('deleted after delivery')
      .and.not.contain(code);

    const person = await t.client('portal');
    const page = await person.get(path);
    expect(page.text).to.contain('ends in 777').and.not.contain('+4670777');
    const input = { userName: 'nils', password, again: password, language: 'en' };
    const refused = await person.post(path, { ...input, code: 'AAAA AAAA' });
    expect([refused.status, refused.text.includes('value="AAAA AAAA"'), refused.text.includes('value="nils"')]).to.deep.equal([422, true, true]);
    const soon = await person.post(path, { newCode: '1', userName: 'nils-2' });
    expect([soon.status, soon.text.includes('value="nils-2"')]).to.deep.equal([429, true]);
    expect((await person.post(path, { ...input, code: code.toLowerCase() })).location).to.equal('/');
    expect((await person.get('/profile')).status).to.equal(200);
  });
});
