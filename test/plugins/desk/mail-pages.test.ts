import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Account } from '../../../core/api.js';
import { RequestService } from '../../../plugins/desk/api.js';
import { InboundMails } from '../../../plugins/desk/mail/inbound-mails.js';
import { Mails, type MailRow } from '../../../plugins/desk/mail/tables.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { isRead, startMailWorld, type MailWorld } from '../../support/mailbox.js';

const base = '/mailboxes';

describe('mailboxes in the settings', function () {
  this.timeout(90_000);
  let world: MailWorld;
  let t: TestApp;
  before(async function () {
    world = await startMailWorld(this);
    t = await world.open();
  });
  after(async () => {
    await t?.close();
    await world?.stop();
  });

  it('are added, tested with the real answer of the server, changed and deleted; the password is never told again', async () => {
    const { app } = t;
    const admin = await t.client('staff', await t.make.staff('administrator'));
    const wrong = { ...world.fields, secret: 'wrong', active: '' };
    const made = await admin.post(`${base}/new`, wrong);
    expect(made.location).to.match(/^\/mailboxes\/\d+$/);
    const path = made.location!;
    expect((await admin.post(`${path}/test`, {})).text).to.include('AUTHENTICATIONFAILED: Authentication failed.');

    await admin.post(path, { ...world.fields, active: '' });
    const tested = await admin.post(`${path}/test`, {});
    expect(tested.text).to.include('The server let us in').and.include('Dovecot').and.include('INBOX: 0 EXISTS');
    const page = await admin.get(path);
    expect(page.text).to.include('Saved. Leave empty to keep it').and.not.include(world.imap.password);
    const [row] = await app.db.query<{ id: number; secret: string }>('SELECT id, secret FROM desk_mailboxes');
    expect(row?.secret).to.match(/^enc:v1:/);
    const log = JSON.stringify(await app.db.query("SELECT `before`, `after` FROM core_audit WHERE action LIKE 'desk.mailbox.%'"));
    expect(log).to.include('"secret').and.not.include(world.imap.password);

    expect((await admin.post(path, { ...world.fields, secret: '', host: 'elsewhere.test' })).text, 'to another server').to.include('Enter the password again');
    expect((await admin.post(`${base}/new`, world.fields)).text).to.include('is read already');
    expect((await admin.post(path, { ...world.fields, secret: '', folder: 'Nothing', active: '' })).location).to.equal(path);
    expect((await admin.post(`${path}/test`, {})).text).to.include('Mailbox doesn&#x27;t exist: Nothing');
    await admin.post(path, { ...world.fields, secret: '' });
    await isRead(t, row!.id);
    expect((await admin.get(base)).text).to.include('Is read');

    expect((await admin.post(`${path}/delete`, {})).location).to.equal(base);
    expect((await admin.get(path)).status).to.equal(404);
  });

  it('speak TLS and refuse a certificate that nobody vouches for; without TLS only what the operator allows is reached', async () => {
    const admin = await t.client('staff', await t.make.staff('administrator'));
    const test = async (change: Record<string, string>) => {
      const { location } = await admin.post(`${base}/new`, { ...world.fields, active: '', ...change });
      const answer = await admin.post(`${location}/test`, {});
      await admin.post(`${location}/delete`, {});
      return answer.text;
    };
    const certificate = /self-signed certificate|SELF_SIGNED|IP: 127\.0\.0\.1 is not in|ERR_TLS_CERT/;
    expect(await test({ security: 'tls', port: String(world.imap.tlsPort) })).to.match(certificate);
    expect(await test({ security: 'starttls' })).to.match(certificate);
    expect(await test({ host: '10.1.2.3' })).to.include('10.1.2.3 is a private address');
    expect(await test({ host: '192.0.2.1' })).to.include('Without TLS the password would be readable');
  });

  it('by REST; a program cannot show once more who it is and so changes none', async () => {
    const admin = await t.make.staff('administrator');
    const browser = await t.client('staff', admin);
    const { name, address, host, port, secret } = world.fields;
    const body = { name, address, host, port: Number(port), secret, security: 'none', userName: world.imap.user, plus: true, active: false };
    const made = await browser.api('POST', '/desk/mailboxes', body);
    expect(made.status).to.equal(201);
    const { id } = made.json() as { id: number };
    expect(made.json()).to.include({ hasSecret: true, folder: 'INBOX', userName: 'support' }).and.not.have.property('secret');
    expect((await browser.api('GET', `/desk/mailboxes/${id}/test`)).json()).to.include({ ok: true });
    const program = await t.program('staff', admin);
    expect(((await program.api('GET', '/desk/mailboxes')).json() as { items: unknown[] }).items).to.have.length(1);
    expect((await program.api('PUT', `/desk/mailboxes/${id}`, body)).status).to.equal(403);
    expect((await browser.api('DELETE', `/desk/mailboxes/${id}`)).status).to.equal(204);
    const agent = await t.client('staff', await t.make.staff('agent'));
    expect((await agent.api('GET', '/desk/mailboxes')).status).to.equal(403);
  });
});

describe('the quarantine of mails', () => {
  let t: TestApp;
  let agent: Account;
  let anna: Account;
  let customer: { id: number; name: string };
  let count = 0;
  before(async () => {
    t = await createTestApp();
    agent = await t.make.staff('agent');
    customer = await t.make.customer('Alder Clinics');
    anna = await t.make.access(customer.id, { name: 'Anna Alder' });
  });
  after(() => t.close());

  /** A mail as it stands after it was taken in. */
  const waiting = async (change: Partial<MailRow> = {}): Promise<MailRow> => {
    const row = {
      ...{ mailbox_id: 1, identity: String(++count).padStart(64, '0'), message_id: `<${count}@else.test>`, sender: 'vera@else.test', sender_name: 'Vera Else' },
      ...{
        subject: `Hello ${count}`,
        text: 'The <b>door</b> is stuck.\n\n-- \nVera',
        received_at: new Date(),
        state: 'waiting' as const,
        reason: 'unknown' as const,
      },
    };
    return (await t.app.db.of(Mails).create({ ...row, ...change })).get({ plain: true });
  };
  const stateOf = async (id: number) => (await t.app.db.of(Mails).findByPk(id))?.state;

  it('shows each mail as plain text, and makes a request of a customer of it, with its attachments', async () => {
    const mail = await waiting();
    const path = join(t.dataDir, 'uploads/note.txt');
    writeFileSync(path, 'measured by Vera');
    await t.app.files.keep(system, { field: 'file', path, name: 'note.txt', size: 16 }, { kind: 'desk.mail', id: mail.id });
    const staff = await t.client('staff', agent);
    expect((await staff.get('/mails')).text)
      .to.include('Unknown sender')
      .and.include('Vera Else &lt;vera@else.test&gt;');
    const page = await staff.get(`/mails/${mail.id}`);
    expect(page.text).to.include('The &lt;b&gt;door&lt;/b&gt; is stuck.</pre>').and.include('note.txt').and.include('Alder Clinics');
    const [file] = await t.app.files.list({ kind: 'desk.mail', id: mail.id });
    expect((await staff.get(file!.href)).text).to.equal('measured by Vera');
    expect((await (await t.client('portal', anna)).get(file!.href)).status).to.equal(404);

    expect((await staff.post(`/mails/${mail.id}/request`, {})).status).to.equal(422);
    const { location } = await staff.post(`/mails/${mail.id}/request`, { customer_id: customer.id });
    const request = await t.app.service('desk', RequestService).get(system, Number(location!.split('/')[2]));
    expect(request).to.include({ origin: 'mail', text: 'The <b>door</b> is stuck.', contact: 'Vera Else <vera@else.test>', customer_id: customer.id });
    expect(request.photos.map(({ name }) => name)).to.deep.equal(['note.txt']);
    expect((await staff.post(`/mails/${mail.id}/request`, { customer_id: customer.id })).status).to.equal(409);
    expect((await staff.get(`/mails/${mail.id}`)).text).to.include(`Request ${request.number}`);
  });

  it('makes an answer of it: by the sender who sees the request, else with the name of the sender in it', async () => {
    const requests = t.app.service('desk', RequestService);
    const input = { customer_id: customer.id, installation_id: null, subject: 'Door', text: 'Stuck', urgency: 2, contact: null, reporter_id: anna.id };
    const request = await requests.create(system, { ...input, type: 'fault' });
    const staff = await t.client('staff', agent);
    const [hers, foreign] = [
      await waiting({ sender: anna.email, account_id: anna.id, reason: 'reference' }),
      await waiting({ subject: `Re: Door #${request.number}` }),
    ];
    expect((await staff.get(`/mails/${foreign.id}`)).text).to.include(`value="${request.number}"`);
    expect((await staff.post(`/mails/${foreign.id}/reply`, { number: 999_999 })).text).to.include('There is no request with this number.');
    for (const { id } of [hers, foreign])
      expect((await staff.post(`/mails/${id}/reply`, { number: request.number })).location).to.equal(`/reports/${request.id}`);
    const { messages } = await requests.get(system, request.id);
    expect(messages.map(({ author_name, text, origin }) => [author_name, text, origin])).to.deep.equal([
      ['Anna Alder', 'The <b>door</b> is stuck.', 'mail'],
      [null, 'Vera Else <vera@else.test> wrote by mail:\n\nThe <b>door</b> is stuck.', 'mail'],
    ]);
  });

  it('discards, blocks, and takes both back', async () => {
    const staff = await t.client('staff', agent);
    const [one, two, other] = [await waiting({ sender: 'spam@spam.test' }), await waiting({ sender: 'spam@spam.test' }), await waiting()];
    await staff.post(`/mails/${other.id}/discard`, {});
    expect(await stateOf(other.id)).to.equal('discarded');
    await staff.post(`/mails/${other.id}/restore`, {});
    expect(await stateOf(other.id)).to.equal('waiting');

    await staff.post(`/mails/${one.id}/block`, {});
    expect([await stateOf(one.id), await stateOf(two.id), await stateOf(other.id)]).to.deep.equal(['discarded', 'discarded', 'waiting']);
    expect((await staff.get('/mails/blocked')).text).to.include('spam@spam.test');
    await staff.post(`/mails/${one.id}/restore`, {});
    expect([await stateOf(one.id), await stateOf(two.id)]).to.deep.equal(['waiting', 'waiting']);
    expect((await staff.get('/mails/blocked')).text).to.include('Nobody is blocked');
    await staff.post(`/mails/${one.id}/block`, {});
    const [{ id }] = (await t.app.db.query('SELECT id FROM desk_blocked_senders')) as [{ id: number }];
    expect((await staff.post(`/mails/blocked/${id}/remove`, {})).location).to.equal('/mails/blocked');
    expect((await staff.get('/mails?view=stopped')).text).to.include('Discarded');
  });

  it('is not for staff of some customers only, and keeps mails for the days of the settings', async () => {
    const local = await t.client('staff', await t.make.localStaff(['desk.mail.manage', 'desk.request.manage'], [customer]));
    const mail = await waiting();
    for (const path of ['/mails', `/mails/${mail.id}`, '/api/v1/desk/mails', `/api/v1/desk/mails/${mail.id}`])
      expect((await local.get(path)).status, path).to.equal(403);
    expect((await local.post(`/mails/${mail.id}/discard`, {})).status).to.equal(403);

    const old = await waiting({ received_at: new Date(Date.now() - 31 * 86_400_000) });
    const taken = await waiting({ received_at: new Date(0), state: 'request', request_id: 1 });
    await t.app.service('desk', InboundMails).purge();
    expect([await stateOf(old.id), await stateOf(taken.id), await stateOf(mail.id)]).to.deep.equal([undefined, 'request', 'waiting']);
  });

  it('by REST: a list with pages, one mail, and what becomes of it', async () => {
    const program = await t.program('staff', agent);
    const mails = [await waiting(), await waiting(), await waiting()];
    const first = (await program.api('GET', '/desk/mails?limit=2')).json() as { items: { id: number }[]; next: string };
    expect(first.items.map(({ id }) => id)).to.deep.equal([mails[2]!.id, mails[1]!.id]);
    const second = (await program.api('GET', `/desk/mails?limit=2&after=${first.next}`)).json() as { items: { id: number }[] };
    expect(second.items[0]?.id).to.equal(mails[0]!.id);
    const path = `/desk/mails/${mails[0]!.id}`;
    expect((await program.api('GET', path)).json()).to.include({ sender: 'vera@else.test', state: 'waiting', reason: 'unknown' });
    expect((await program.api('POST', `${path}/discard`)).status).to.equal(204);
    expect((await program.api('POST', `${path}/restore`)).status).to.equal(204);
    const made = await program.api('POST', `${path}/request`, { customerId: customer.id });
    expect(made.status).to.equal(201);
    expect((await program.api('POST', `${path}/discard`)).status).to.equal(409);
    expect((await program.api('GET', '/desk/mails?view=taken')).text).to.include(`"requestId":${(made.json() as { requestId: number }).requestId}`);
  });
});
