import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { accountActor } from '../../../core/access/actors.js';
import type { Account, Actor } from '../../../core/api.js';
import { rowInput } from '../../../plugins/customers/api.js';
import { OrderRowService, OrderService, QuotationAnswers, QuotationPapers, QuotationService, RequestService, requestInput } from '../../../plugins/desk/api.js';
import { AnswerLinks } from '../../../plugins/desk/quotations/answer-links.js';
import { newQuotationInput, quotationInput } from '../../../plugins/desk/quotations/inputs.js';
import { QuotationOrders } from '../../../plugins/desk/quotations/quotation-orders.js';
import { QuotationRowService } from '../../../plugins/desk/quotations/quotation-rows.js';
import { QuotationSending } from '../../../plugins/desk/quotations/quotation-sending.js';
import { QuotationVersions } from '../../../plugins/desk/quotations/tables.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { startMailServer } from '../../support/mail-server.js';
import { pdfText } from '../../support/pdf.js';

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const code = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: { code: string }) => error.code,
  );

describe('quotations', function () {
  this.timeout(60_000);
  let t: TestApp;
  let server: Awaited<ReturnType<typeof startMailServer>>;
  let shift = 0;
  let quotations: QuotationService;
  let sending: QuotationSending;
  let answers: QuotationAnswers;
  let rows: QuotationRowService;
  let account: Account;
  let agent: Actor;
  let staff: Client;
  let customerId: number;
  let anna: Account;
  before(async () => {
    server = await startMailServer();
    t = await createTestApp({ mailUrl: server.url, clock: { now: () => new Date(Date.now() + shift) } });
    quotations = t.app.service('desk', QuotationService);
    sending = t.app.service('desk', QuotationSending);
    answers = t.app.service('desk', QuotationAnswers);
    rows = t.app.service('desk', QuotationRowService);
    account = await t.make.staff('agent', 'Sam Seller');
    agent = accountActor(account);
    staff = await t.client('staff', account);
    customerId = (await t.make.customer('Obec Žilina')).id;
    await t.app.db.run("UPDATE customers_customers SET language = 'sk' WHERE id = ?", [customerId]);
    anna = await t.make.access(customerId, { name: 'Anna Adams', options: ['desk.order.read'] });
  });
  afterEach(() => {
    shift = 0;
  });
  after(async () => {
    await t.close();
    await server.stop();
  });

  const priced = rowInput.parse({ text: 'Čerpadlo', article: 'P-1', quantity: 2500, sales_price: 9_999, purchase_price: 7_777, discount: 1000, vat: 2300 });
  /** 2.5 x 99.99 less 10 %, with 23 % VAT. */
  const [net, total] = [22_498, 27_673];
  async function draft(more: object = {}) {
    const made = await quotations.create(
      agent,
      newQuotationInput.parse({ customer_id: customerId, title: 'Výmena čerpadla', text: 'Vrátane montáže', valid_until: day(10), ...more }),
    );
    await rows.add(system, made.id, priced);
    return made;
  }
  async function sent(to: readonly Account[] = [anna], more: object = {}) {
    const made = await draft(more);
    await sending.send(
      agent,
      made.id,
      to.map(({ id }) => id),
    );
    return made;
  }
  /** The link that came by mail. */
  async function linkTo(email: string, number: string): Promise<string> {
    await t.app.outbox.flush();
    const mail = await eventually(
      async () => server.mails.find((one) => one.to?.[0]?.address === email && one.subject?.includes(number)),
      `the mail about ${number}`,
    );
    return /\/quotation\/[\w.-]+/.exec(mail.text ?? '')![0];
  }
  const accept = { decision: 'accepted', version: 1, name: 'Anna Adams', reason: '' } as const;
  const bell = async () =>
    (await t.app.db.query<{ subject: string }>('SELECT subject FROM core_inbox WHERE account_id = ? ORDER BY id', [account.id])).map((row) => row.subject);

  it('are written, priced in integers, and sent by mail with a link; the paper is in the language of the customer, without purchase prices', async () => {
    const { id, number } = await sent();
    const link = await linkTo(anna.email, number);
    const nobody = await t.client('portal');
    const page = await nobody.get(link);
    expect(page.status).to.equal(200);
    expect(page.text).to.include('Cenová ponuka').and.include('Čerpadlo').and.include('Vrátane montáže').and.include('value="Anna Adams"');
    const paper = await fetch(`${nobody.base}${link}/quotation.pdf`);
    const text = pdfText(Buffer.from(await paper.arrayBuffer())).replace(/\s/g, ' ');
    expect(text).to.include(number).and.include('224,98').and.include('51,75').and.include('276,73').and.include('Obec Žilina');
    for (const shown of [page.text, text]) expect(shown).to.not.match(/77[,.]77|194[,.]43/);
    const { offer } = await t.app.service('desk', QuotationPapers).view(agent, id);
    expect([offer.sales_total, offer.vat_total, offer.total]).to.deep.equal([net, 5_175, total]);
    expect((await quotations.list(agent, { customerId })).rows[0]).to.include({ id, value: net, status: 'sent' });
    // The mail with the link is wiped once it is delivered.
    const kept = () =>
      t.app.db.query<{ link: string | null }>(
        "SELECT link FROM core_outbox WHERE template = 'desk.quotation-sent' AND account_id = ? AND status = 'accepted'",
        [anna.id],
      );
    const [mail] = await eventually(async () => ((await kept()).length > 0 ? kept() : undefined), 'the delivery');
    expect(mail!.link ?? '').to.not.include('/quotation/');
  });

  it('are accepted by one tap: time, name, address and the hash of what was accepted are kept, staff are told, looking changes nothing', async () => {
    const { id, number } = await sent();
    const link = await linkTo(anna.email, number);
    const nobody = await t.client('portal');
    for (let look = 0; look < 3; look += 1) await nobody.get(link);
    expect((await quotations.get(agent, id)).status).to.equal('sent');
    const said = await nobody.post(link, { ...accept, name: 'Anna A. Adams' });
    expect([said.status, said.location]).to.deep.equal([303, link]);
    const view = await quotations.get(agent, id);
    const [version] = view.versions;
    expect(view.status).to.equal('accepted');
    expect(version).to.include({ decision: 'accepted', decided_name: 'Anna A. Adams', via: 'link', decided_by: anna.id, value: net });
    expect(version!.decided_ip).to.match(/127\.0\.0\.1$/);
    expect(version!.decided_at).to.be.instanceOf(Date);
    const stored = await t.app.db.of(QuotationVersions).findOne({ where: { quotation_id: id } });
    expect(stored!.hash).to.equal(createHash('sha256').update(stored!.content).digest('hex'));
    expect((JSON.parse(stored!.content) as { total: number }).total).to.equal(total);
    expect((await nobody.get(link)).text)
      .to.include('Anna A. Adams')
      .and.not.include('name="decision"');
    await t.app.outbox.flush();
    expect(await bell()).to.include(`Quotation ${number} was accepted`);
    const [entry] = await t.app.db.query<{ after: string }>("SELECT `after` FROM core_audit WHERE action = 'desk.quotation.accepted' AND object_id = ?", [
      String(id),
    ]);
    expect(entry!.after).to.include(stored!.hash).and.include(String(total));
    // A second tap, also one of a colleague, changes nothing.
    await nobody.post(link, { ...accept, decision: 'refused', reason: 'No' });
    expect((await quotations.get(agent, id)).versions[0]).to.include({ decision: 'accepted', decided_name: 'Anna A. Adams' });
  });

  it('are declined with a reason, which staff read', async () => {
    const { id, number } = await sent();
    const link = await linkTo(anna.email, number);
    const nobody = await t.client('portal');
    const without = await nobody.post(link, { ...accept, decision: 'refused' });
    expect(without.status).to.equal(422);
    expect(without.text).to.include('name="reason"').and.include('aria-invalid');
    await nobody.post(link, { ...accept, decision: 'refused', reason: 'Príliš drahé' });
    expect((await quotations.get(agent, id)).status).to.equal('refused');
    expect((await staff.get(`/quotations/${id}`)).text).to.include('Príliš drahé');
  });

  it('answer only to the link itself: one changed letter, another number, version, person or end, or a signature for something else is no link', async () => {
    const { id, number } = await sent();
    const token = (await linkTo(anna.email, number)).slice('/quotation/'.length);
    const nobody = await t.client('portal');
    const [, version, person, end, signature = ''] = token.split('.');
    // A signature that is genuine, but of another quotation.
    const other = t.app
      .service('desk', AnswerLinks)
      .make(id + 1, 1, anna.id, new Date(Number(end) * 1000))
      .split('.')
      .at(-1);
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    const forged = [
      `${id}.${version}.${person}.${end}.${flipped}`,
      `${id + 1}.${version}.${person}.${end}.${signature}`,
      `${id}.2.${person}.${end}.${signature}`,
      `${id}.${version}.${account.id}.${end}.${signature}`,
      `${id}.${version}.${person}.${Number(end) + 1}.${signature}`,
      `0${token}`,
      `${id}.${version}.${person}.${end}.${other}`,
      `${token}x`,
      `${token.slice(0, -1)}`,
      // The last letter of base64 holds bits that mean nothing.
      ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map((letter) => token.slice(0, -1) + letter).filter((one) => one !== token),
      'x',
      '__proto__',
    ];
    for (const one of forged) {
      expect((await nobody.get(`/quotation/${one}`)).status, one).to.equal(404);
      expect((await nobody.post(`/quotation/${one}`, accept)).status, one).to.equal(404);
    }
    expect((await nobody.get(`/quotation/${forged[0]}/quotation.pdf`)).status).to.equal(404);
    expect((await quotations.get(agent, id)).status).to.equal('sent');
    // From a page of somebody else, a browser does not answer.
    const foreign = await nobody.post(`/quotation/${token}`, accept, { origin: 'https://evil.example' });
    expect(foreign.status).to.equal(403);
    expect((await quotations.get(agent, id)).status).to.equal('sent');
  });

  it('expire to the second: the link, the portal and the list say so, and nobody accepts any more', async () => {
    const buyer = await t.make.access(customerId, { options: ['desk.quotation.read'] });
    const { id, number } = await sent([anna, buyer]);
    const link = await linkTo(anna.email, number);
    const { valid_until } = await quotations.get(agent, id);
    shift = valid_until.getTime() - Date.now() - 60_000;
    const nobody = await t.client('portal');
    expect((await nobody.get(link)).status).to.equal(200);
    shift = valid_until.getTime() - Date.now() + 1;
    expect([(await nobody.get(link)).status, (await nobody.post(link, accept)).status]).to.deep.equal([410, 410]);
    expect(await code(answers.byLink(system, link.slice('/quotation/'.length), accept))).to.equal('quotation_gone');
    expect(await code(answers.inPortal(accountActor(buyer), id, accept))).to.equal('quotation_gone');
    expect((await quotations.get(agent, id)).status).to.equal('expired');
    const of = async (status: 'sent' | 'expired') => (await quotations.list(agent, { status })).rows.map((row) => row.id);
    expect(await of('expired')).to.include(id);
    expect(await of('sent')).to.not.include(id);
  });

  it('make a new version when they change: what was sent stays as it was, its link is dead, and both answers are on record', async () => {
    const { id, number } = await sent();
    const link = await linkTo(anna.email, number);
    const nobody = await t.client('portal');
    await nobody.post(link, accept);
    const [row] = (await rows.sheet(agent, id)).rows;
    expect(await code(rows.update(agent, id, row!.id, { ...priced, sales_price: 1 }))).to.equal('quotation_sent');
    expect(await code(quotations.update(agent, id, quotationInput.parse({ title: 'Other', text: '', valid_until: day(5) })))).to.equal('quotation_sent');
    await quotations.revise(agent, id);
    await rows.update(agent, id, row!.id, { ...priced, sales_price: 20_000 });
    expect([(await nobody.get(link)).status, (await nobody.post(link, accept)).status]).to.deep.equal([410, 410]);
    const tokens = server.mails.length;
    await sending.send(agent, id, [anna.id]);
    await t.app.outbox.flush();
    await eventually(() => Promise.resolve(server.mails.length > tokens || undefined), 'the second mail');
    const [newer, older] = (await quotations.get(agent, id)).versions;
    expect([newer!.version, newer!.value, newer!.decision]).to.deep.equal([2, 45_000, null]);
    expect([older!.version, older!.value, older!.decision]).to.deep.equal([1, net, 'accepted']);
    expect(newer!.hash).to.not.equal(older!.hash);
    // Whoever still has the older page open does not accept the newer one by accident.
    const buyer = accountActor(await t.make.access(customerId, { options: ['desk.quotation.read'] }));
    expect(await code(answers.inPortal(buyer, id, { ...accept, version: 1, reason: null }))).to.equal('quotation_gone');
    expect(await code(answers.inPortal(buyer, id, { ...accept, version: 2, reason: null }))).to.equal(null);
  });

  it('are dead for those who lost their access, and when they are withdrawn', async () => {
    const leaver = await t.make.access(customerId, { name: 'Leo Leaver' });
    const { id, number } = await sent([anna, leaver]);
    const [mine, theirs] = [await linkTo(anna.email, number), await linkTo(leaver.email, number)];
    const nobody = await t.client('portal');
    await t.app.db.run("UPDATE customers_accesses SET status = 'disabled' WHERE account_id = ?", [leaver.id]);
    expect((await nobody.get(theirs)).status).to.equal(404);
    expect((await nobody.get(mine)).status).to.equal(200);
    await quotations.withdraw(agent, id);
    expect((await nobody.post(mine, accept)).status).to.equal(410);
    expect((await quotations.get(agent, id)).status).to.equal('withdrawn');
  });

  it('CM-02: accounts with the option get a copy, without the link to answer, as far as the option reaches', async () => {
    const place = await t.make.installation(customerId);
    const elsewhere = await t.make.installation(customerId);
    const copy = ['desk.quotation.copy'];
    const [one, other, none] = [
      await t.make.access(customerId, { name: 'Cora Copy', options: copy, installations: [place.id] }),
      await t.make.access(customerId, { name: 'Else Where', options: copy, installations: [elsewhere.id] }),
      await t.make.access(customerId, { name: 'Nono Copy', options: ['desk.order.read'] }),
    ];
    const { id, number } = await draft({ installation_id: place.id });
    expect((await sending.recipients(agent, id)).find((person) => person.id === one.id)?.copy).to.equal(true);
    await sending.send(agent, id, [anna.id]);
    await linkTo(anna.email, number);
    const mailsTo = (account: Account) => server.mails.filter((mail) => mail.to?.[0]?.address === account.email && mail.subject?.includes(number));
    await eventually(() => Promise.resolve(mailsTo(one)[0]), 'the copy');
    expect(mailsTo(one)[0]!.text)
      .to.include(`/quotations/${id}`)
      .and.not.match(/\/quotation\/\d/);
    expect([...mailsTo(other), ...mailsTo(none)]).to.deep.equal([]);
    expect((await quotations.get(agent, id)).versions[0]!.recipients.map(({ id: who, kind }) => [who, kind])).to.have.deep.members([
      [anna.id, 'to'],
      [one.id, 'copy'],
    ]);
  });

  it('in the portal exist for accounts with the option, once they are sent, as they were sent; they accept there', async () => {
    const buyer = await t.make.access(customerId, { name: 'Bea Buyer', options: ['desk.quotation.read'] });
    const client = await t.client('portal', buyer);
    const made = await draft();
    const state = async (who: Client) => [(await who.get(`/quotations/${made.id}`)).status, (await who.api('GET', `/desk/quotations/${made.id}`)).status];
    expect(await state(client)).to.deep.equal([404, 404]);
    await sending.send(agent, made.id, [anna.id]);
    expect(await state(client)).to.deep.equal([200, 200]);
    expect(await state(await t.client('portal', anna)), 'without the option').to.deep.equal([403, 403]);
    const other = await t.make.customer();
    expect(await state(await t.client('portal', await t.make.access(other.id, { options: ['desk.quotation.read'] }))), 'of another customer').to.deep.equal([
      404, 404,
    ]);
    expect((await client.api('GET', `/desk/quotations/${made.id}`)).text)
      .to.include('"total":27673')
      .and.not.include('urchase');
    expect((await client.api('GET', `/desk/quotations/${made.id}/rows`)).status).to.equal(404);
    await quotations.revise(agent, made.id);
    await quotations.update(agent, made.id, quotationInput.parse({ title: 'Secret draft', text: '', valid_until: day(3) }));
    const listed = await client.get('/quotations');
    expect(listed.text).to.include('Výmena čerpadla').and.include('Stiahnutá').and.not.include('Secret draft');
    expect((await client.get(`/quotations/${made.id}`)).text).to.not.include('Secret draft');
    await sending.send(agent, made.id, [anna.id]);
    const page = await client.get(`/quotations/${made.id}`);
    expect(page.text).to.include('Secret draft').and.include('name="decision"');
    expect((await client.post(`/quotations/${made.id}`, { ...accept, version: 2, name: 'Bea Buyer' })).status).to.equal(303);
    expect((await quotations.get(agent, made.id)).versions[0]).to.include({
      decision: 'accepted',
      via: 'portal',
      decided_by: buyer.id,
      decided_name: 'Bea Buyer',
    });
    // Staff answer for nobody.
    const { id } = await sent();
    expect(await code(answers.inPortal(agent, id, { ...accept, reason: null }))).to.equal('forbidden');
    expect((await staff.api('POST', `/desk/quotations/${id}/answer`, accept)).status).to.equal(404);
  });

  it('CM-01, CM-03: an account that is limited to one creator sees quotations of its own reports only', async () => {
    const buyer = await t.make.access(customerId, { options: ['desk.quotation.read'] });
    const requests = t.app.service('desk', RequestService);
    const filed = (login: string) => requests.create(system, requestInput.parse({ customer_id: customerId, text: 'Pump', login }), []);
    const [mine, theirs] = [await filed('FIRM\\bea'), await filed('FIRM\\carl')];
    const [seen, hidden, loose] = [await sent([anna], { request_id: mine.id }), await sent([anna], { request_id: theirs.id }), await sent()];
    await t.app.db.run("UPDATE customers_accesses SET creator_kind = 'login', creator = ? WHERE account_id = ?", ['FIRM\\bea', buyer.id]);
    const ids = (await quotations.list(accountActor(buyer), { limit: 100 })).rows.map((row) => row.id);
    expect(ids).to.include(seen.id).and.not.include(hidden.id).and.not.include(loose.id);
  });

  it('become an order by one click, or rows of the order that they are about, with purchase prices, once', async () => {
    const make = t.app.service('desk', QuotationOrders);
    const orders = t.app.service('desk', OrderService);
    const orderRows = t.app.service('desk', OrderRowService);
    const { id } = await sent();
    expect(await code(make.order(agent, id))).to.equal('quotation_state');
    const buyer = accountActor(await t.make.access(customerId, { options: ['desk.quotation.read'] }));
    await answers.inPortal(buyer, id, { ...accept, reason: null });
    const made = await staff.post(`/quotations/${id}/order`);
    const orderId = Number(made.location!.split('/').at(-1));
    expect(await orders.get(agent, orderId)).to.include({ title: 'Výmena čerpadla', status: 'planned', customer_id: customerId });
    expect(await orderRows.sheet(system, orderId)).to.include({ sales_total: net, total, purchase_total: 19_443 });
    expect((await staff.post(`/quotations/${id}/order`)).status).to.equal(409);
    expect(await code(quotations.revise(agent, id))).to.equal('quotation_ordered');
    expect((await staff.get(`/orders/${orderId}`)).text).to.include(`/quotations/${id}`);

    const plan = { technician_id: null, planned_start: null, planned_end: null };
    const order = await orders.create(system, { customer_id: customerId, installation_id: null, title: 'Repair', ...plan });
    await orderRows.add(system, order.id, rowInput.parse({ text: 'Hose', quantity: 1000, sales_price: 100 }));
    const more = await sent([anna], { order_id: order.id });
    await answers.inPortal(buyer, more.id, { ...accept, reason: null });
    // Who may not see purchase prices carries them along unseen.
    const blind = accountActor(
      await t.make.localStaff(
        ['customers.customer.read', 'desk.quotation.read', 'desk.quotation.manage', 'desk.order.read', 'desk.order.manage'],
        [{ id: customerId }],
      ),
    );
    expect(await make.order(blind, more.id)).to.equal(order.id);
    const sheet = await orderRows.sheet(system, order.id);
    expect(sheet.rows.map((one) => [one.text, one.sales_amount, one.purchase_amount])).to.deep.equal([
      ['Hose', 100, null],
      ['Čerpadlo', net, 19_443],
    ]);
  });

  it('KO-08: purchase prices are absent for staff without the right; what is out of reach does not exist', async () => {
    const rights = ['customers.customer.read', 'desk.quotation.read', 'desk.quotation.manage'];
    const blind = await t.make.localStaff(rights, [{ id: customerId }]);
    const far = await t.make.localStaff(rights, [await t.make.customer()]);
    const { id } = await sent();
    const [near, away] = [await t.client('staff', blind), await t.client('staff', far)];
    for (const path of [`/quotations/${id}`, `/quotations/${id}/paper`, `/api/v1/desk/quotations/${id}`, `/api/v1/desk/quotations/${id}/rows`]) {
      const answer = await near.get(path);
      expect(answer.status, path).to.equal(200);
      expect(answer.text, path).to.not.match(/77[,.]77|7777|194[,.]43|urchasePrice/);
      expect((await away.get(path)).status, path).to.equal(404);
    }
    expect((await away.post(`/quotations/${id}/withdraw`)).status).to.equal(404);
    expect(await code(sending.send(accountActor(far), id, [anna.id]))).to.equal('not_found');
    expect((await away.get('/quotations')).text).to.not.include(`/quotations/${id}"`);
  });

  it('are sent to accounts of this customer only, never empty, and not after somebody changed them just now', async () => {
    const made = await draft();
    const stranger = await t.make.access((await t.make.customer()).id);
    const field = (ids: number[]) =>
      sending.send(agent, made.id, ids).then(
        () => null,
        (error: { fields: Record<string, { key: string }> }) => Object.values(error.fields)[0]?.key,
      );
    expect(await field([])).to.equal('desk:error.recipients');
    expect(await field([anna.id, stranger.id])).to.equal('desk:error.recipients');
    const empty = await quotations.create(agent, newQuotationInput.parse({ customer_id: customerId, title: 'Empty', text: '', valid_until: day(1) }));
    expect(await sending.send(agent, empty.id, [anna.id]).catch((error: { fields: object }) => Object.keys(error.fields))).to.deep.equal(['rows']);
    const results = await Promise.all([1, 2].map(() => code(sending.send(agent, made.id, [anna.id]))));
    expect(results.filter((one) => one === null)).to.have.length(1);
    expect((await quotations.get(agent, made.id)).versions).to.have.length(1);
  });
});
