import { expect } from 'chai';
import type { Route } from '../../core/http/routes.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { openBrowser } from '../support/browser.js';
import type { Answer, Client } from '../support/client.js';
import { photo } from '../support/photo.js';
import { makeSample, type Sample } from '../support/sample.js';

const script = '"\'><script>alert(1)</script>{{constructor}}';
/** What each field of each form is filled with. */
const values: Record<string, string> = {
  nothing: '',
  blanks: ' \t\r\n ',
  'a script': script,
  'quotes and SQL': `'; DROP TABLE core_accounts; --" \\' %_`,
  'a null byte': 'a\u0000b',
  emoji: '👩‍🔧🔥'.repeat(20),
  'a text that runs the other way': '\u202Eمرحبا\u202C שלום',
  'another script': '漢字ひらがな ÄÖÅ žluťoučký',
  'half a character': 'a\ud800b',
  'a long text': 'x'.repeat(100_000),
  'one MiB': 'y'.repeat(1_048_576),
  'a large number': '99999999999999999999',
  'a negative number': '-1',
  'no date': '2026-02-31T25:61',
};
/** These do what they say whatever is posted to them; elsewhere it is proven that they do. */
const withoutFields =
  /\/(sign-out|leave|reset-factors|second-factors|disable|enable|remove|restore|discard|block|end|load|unlink|test|delete|active|disabled|activate|deactivate|reopen|resend|undo|retry|cancel|on|off|read|revert|works|fails)$|^\/settings\/modules/;
const goodForms: Record<string, Record<string, string>> = {
  'staff /customers/new': {
    kind: 'company',
    name: 'Nordbruk',
    contact_person: 'Anna',
    short_name: 'NB',
    email: 'a@b.test',
    mobile: '+46701234567',
    phone: '',
    street: 'Storgatan 1',
    city: 'Malmö',
    country: 'SE',
    invoice_email: '',
    time_zone: '',
    account_manager_id: '',
    invite: 'true',
  },
  'staff /customers/:customer/installations/new': {
    name: 'Halle',
    city: 'Berlin',
    address: 'Weg 1',
    reference_number: 'A-1',
    categories: 'Lift',
    lat: '52.5',
    lng: '13.4',
    active: 'true',
  },
  'staff /customers/:customer/accesses/new': { name: 'Anna', email: 'a@b.test', mobile: '', options: 'desk.request.read', all_installations: 'true' },
  'staff /settings/accounts/new': { name: 'Anna', email: 'a@b.test', role: 'agent', language: 'de' },
  'staff /mailboxes/new': {
    ...{ name: 'Support', address: 'a@b.test', plus: 'true', host: 'imap.b.test', port: '993', security: 'tls', user_name: 'support', secret: 'x' },
    ...{ folder: 'INBOX', done_folder: '', request_type: 'fault', active: '' },
  },
  'staff /profile': { name: 'Sara Holm', mobile: '', language: 'de', timeZone: 'Europe/Berlin' },
  'portal /profile': { name: 'Anna', mobile: '', language: 'de', timeZone: 'Europe/Berlin' },
};
/** Tables in which nothing may change when a form is refused. */
const tables = [
  'core_accounts',
  'core_audit',
  'core_files',
  'core_settings',
  'customers_customers',
  'customers_accesses',
  'customers_installations',
  'desk_requests',
  'desk_orders',
  'desk_messages',
  'desk_mails',
  'desk_mailboxes',
];

describe('bad input', function () {
  this.timeout(300_000);
  let test: TestApp;
  let sample: Sample;
  let staff: Client;
  let portal: Client;
  before(async () => {
    test = await createTestApp();
    sample = await makeSample(test, 'de');
    [staff, portal] = await Promise.all([test.client('staff', sample.staff), test.client('portal', sample.customer)]);
  });
  after(() => test?.close());

  const pathsOf = (route: Route): readonly string[] => {
    try {
      return sample.paths(route).slice(0, 1);
    } catch {
      return [route.path.replace(/:[a-z]+/g, '1')];
    }
  };
  const stored = async (): Promise<string> =>
    JSON.stringify(await test.app.db.query(`SELECT ${tables.map((table) => `(SELECT COUNT(*) FROM ${table}) AS ${table}`).join(', ')}`));
  const inputNames = (html: string): string[] => [...html.matchAll(/<(?:input|textarea|select)[^>]* name="([^"]+)"/g)].map((match) => match[1]!);

  it('no form fails, stores what it refuses, or shows a script that was typed', async () => {
    const posts = test.app.slots.routes.filter(({ kind, method, path }) => kind === 'page' && method === 'post' && !withoutFields.test(path));
    const names = new Set(['status', 'text', 'internal', 'key', 'mode', 'administrators', 'language', 'next']);
    for (const route of test.app.slots.routes) {
      if (route.kind !== 'page' || route.method !== 'get' || route.guard.access !== 'read') continue;
      for (const path of pathsOf(route)) for (const name of inputNames((await (route.site === 'staff' ? staff : portal).get(path)).text)) names.add(name);
    }
    for (const own of ['_csrf', 'customer_id', 'kind', 'revision']) names.delete(own);
    expect(names.size, 'fields found').to.be.greaterThan(40);
    const wrong: string[] = [];
    const statuses = new Map<number, number>();
    let before = await stored();
    for (const route of posts) {
      const client = route.site === 'staff' ? staff : portal;
      for (const path of pathsOf(route)) {
        for (const [what, value] of Object.entries(values)) {
          const typed = Object.fromEntries([...names].map((name) => [name, value]));
          const one = value.length > 10_000 ? { ...Object.fromEntries([...names].map((name) => [name, ''])), [mainField(path)]: value } : typed;
          const answer = await client.post(path, { kind: 'company', ...one });
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          const about = `${route.site} ${path} with ${what}`;
          if (answer.status >= 500) wrong.push(`${about}: ${answer.status}`);
          if (answer.text.includes('<script>alert')) wrong.push(`${about}: the script stands in the page`);
          const after = await stored();
          if (answer.status >= 400 && after !== before) wrong.push(`${about}: refused, but something was stored`);
          before = after;
        }
      }
    }
    expect(wrong.join('\n')).to.equal('');
    expect(posts.length).to.be.greaterThan(25);
    expect(statuses.get(403), 'the token of the form was sent').to.equal(undefined);
    expect(statuses.get(422), 'most are refused for what was typed').to.be.greaterThan(200);
    expect(test.app.host.list().filter(({ faults }) => faults > 0)).to.deep.equal([]);
  });

  it('a form in which all is well but one field never fails, whatever stands in that field', async () => {
    const wrong: string[] = [];
    for (const [path, good] of Object.entries(goodForms)) {
      const [site, name] = path.split(' ') as ['staff' | 'portal', string];
      const client = site === 'staff' ? staff : portal;
      const at = name.replace(':customer', sample.paths({ site: 'staff', path: '/customers/:id' })[0]!.split('/')[2]!);
      let accepted = 0;
      for (const [field, [what, value]] of Object.keys(good).flatMap((one) => Object.entries(values).map((entry) => [one, entry] as const))) {
        const answer = await client.post(at, { ...good, email: `${accepted}.${field}@many.test`, [field]: value });
        if (answer.status === 303) accepted += 1;
        if (![303, 413, 422].includes(answer.status)) wrong.push(`${path}, ${field} with ${what}: ${answer.status}`);
        if (answer.text.includes('<script>alert')) wrong.push(`${path}, ${field} with ${what}: the script stands in the page`);
      }
      if (accepted === 0) wrong.push(`${path}: nothing was accepted, so that this proves nothing`);
    }
    for (const page of ['/customers', '/orders', '/desk/all', '/settings/accounts', '/settings/audit', '/settings/outgoing']) {
      const { status, text } = await staff.get(page);
      if (status !== 200 || text.includes('<script>alert')) wrong.push(`${page} afterwards: ${status}`);
    }
    expect(wrong.join('\n')).to.equal('');
  });

  for (const { site, path, values: typed, fields } of forms()) {
    it(`${site} ${path} tells in German what is wrong with ${fields.join(', ')}, and keeps what was typed`, async () => {
      const client = site === 'staff' ? staff : portal;
      const customerId = sample.paths({ site: 'staff', path: '/customers/:id' })[0]!.split('/')[2]!;
      const reportId = sample.paths({ site: 'staff', path: '/desk/:view/:id' })[0]!.split('/')[3]!;
      const at = path.replace(':customer', customerId).replace(':report', reportId);
      const before = await stored();
      const answer = await client.post(at, typed.customer_id ? { ...typed, customer_id: customerId } : typed);
      expect(answer.status).to.equal(422);
      const summary = /class="error-summary"[\s\S]*?<\/div>/.exec(answer.text)?.[0] ?? '';
      for (const field of fields) {
        expect(summary, 'the summary leads to the field').to.contain(`href="#f-${field}"`);
        expect(controlOf(answer, field)).to.contain('aria-invalid="true"');
      }
      expect([...summary.matchAll(/<li>/g)].length).to.equal(fields.length);
      expect(summary)
        .to.match(/Bitte|Geben Sie|Wählen Sie|höchstens|Verwenden Sie|Diese|Die beiden|Kürzen/)
        .and.not.to.match(/Please|Enter |Choose |core:|desk:|customers:/);
      for (const [name, value] of Object.entries(typed)) {
        if (/password|again|code|kind|customer_id/.test(name) || value === '') continue;
        expect(answer.text, `${name} is kept and escaped`).to.contain(escaped(value));
      }
      expect(await stored()).to.equal(before);
    });
  }

  it('a stored script is shown as the text it is, in a real browser', async () => {
    const made = await staff.post('/customers/new', { kind: 'company', name: script, contact_person: script, email: 'x@hostile.test', city: script });
    expect(made.status, made.text).to.equal(303);
    const { page, context, problems, close } = await openBrowser();
    try {
      await context.addCookies([{ name: 'portico-staff', value: staff.cookies.get('portico-staff')!, url: test.staffUrl }]);
      await page.goto(test.staffUrl + made.location!);
      expect(await page.locator('h1').innerText()).to.equal(script);
      await page.goto(`${test.staffUrl}/customers?q=${encodeURIComponent(script)}`);
      expect(await page.locator('input[type=search]').first().inputValue()).to.equal(script);
      expect(problems).to.deep.equal([]);
    } finally {
      await close();
    }
  });

  describe('files', () => {
    const report = async (files: { name: string; content: Uint8Array<ArrayBuffer> | string }[]): Promise<Answer> => {
      const page = await portal.get('/report');
      const place = /<option value="(\d+)"/.exec(page.text)![1]!;
      return portal.upload(
        '/report',
        { installation_id: place, text: 'Der Aufzug <steht>', urgency: '3' },
        files.map((file) => ({ field: 'photos', ...file })),
      );
    };
    const refused = async (answer: Answer, sentence: RegExp, before: string): Promise<void> => {
      expect(answer.status).to.equal(422);
      expect(answer.text).to.match(sentence);
      expect(answer.text, 'what was typed is kept').to.contain('Der Aufzug &lt;steht&gt;');
      expect(await stored()).to.equal(before);
    };

    it('a program that calls itself a photo is refused, and so is a page with a script', async () => {
      const before = await stored();
      await refused(await report([{ name: 'photo.jpg', content: new Uint8Array([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0]) }]), /photo\.jpg/, before);
      await refused(await report([{ name: 'photo.html', content: '<script>alert(1)</script>' }]), /photo\.html/, before);
    });
    it('a photo that is cut off is refused with its name', async () => {
      const before = await stored();
      await refused(await report([{ name: 'cut.jpg', content: (await photo()).subarray(0, 600) }]), /cut\.jpg/, before);
    });
    it('a file that is too large is refused with the limit', async () => {
      const before = await stored();
      await refused(await report([{ name: 'large.jpg', content: new Uint8Array(16 * 1024 * 1024) }]), /15 MB/, before);
    });
    it('too many files are refused with the limit', async () => {
      const before = await stored();
      const content = await photo(40, 30);
      await refused(await report(Array.from({ length: 7 }, (_, i) => ({ name: `${i}.jpg`, content }))), /\b6\b/, before);
    });
    it('an empty file and a hostile name do no harm', async () => {
      const answer = await report([{ name: `../../"><script>alert(1)</script>.jpg`, content: await photo() }]);
      expect(answer.status, answer.text).to.equal(303);
      const page = await portal.get(answer.location!);
      expect(page.text).not.to.contain('<script>alert');
      expect((await report([{ name: 'empty.jpg', content: '' }])).status).to.equal(422);
    });
  });
});

/** The form's field that holds most. */
const mainField = (path: string): string =>
  /messages$|\/report$|license/.test(path)
    ? 'text'
    : /work$/.test(path)
      ? 'performed_work'
      : /reject$/.test(path)
        ? 'reason'
        : /orders|reports/.test(path)
          ? 'title'
          : 'name';
const escaped = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#x27;')
    .replace(/`/g, '&#x60;')
    .replace(/=/g, '&#x3D;');
const controlOf = ({ text }: Answer, name: string): string =>
  new RegExp(`<(?:input|textarea|select)[^>]*id="f-${name}"[^>]*>`).exec(text)?.[0] ?? `no field ${name}`;

/** Forms with values that must be refused, and the fields that the page must then name. */
function forms(): { site: 'staff' | 'portal'; path: string; values: Record<string, string>; fields: string[] }[] {
  const long = `${script}${'x'.repeat(400)}`;
  return [
    {
      site: 'staff',
      path: '/customers/new',
      values: { kind: 'company', name: '', contact_person: '', email: script },
      fields: ['name', 'contact_person', 'email'],
    },
    {
      site: 'staff',
      path: '/customers/new',
      values: { kind: 'person', first_name: long, last_name: '', email: 'keine Adresse' },
      fields: ['first_name', 'last_name', 'email'],
    },
    {
      site: 'staff',
      path: '/customers/:customer',
      values: { kind: 'company', name: long, contact_person: 'Åsa', email: 'a@b.test', street: 'Storgatan 1' },
      fields: ['name'],
    },
    { site: 'staff', path: '/customers/:customer/accesses/new', values: { name: '', email: '漢字@', all_installations: 'true' }, fields: ['name', 'email'] },
    {
      site: 'staff',
      path: '/customers/:customer/installations/new',
      values: { name: '', city: long, lat: '95', lng: script },
      fields: ['name', 'city', 'lat', 'lng'],
    },
    { site: 'staff', path: '/requests/new', values: { customer_id: ':customer', subject: 'x'.repeat(161), text: '' }, fields: ['subject', 'text'] },
    { site: 'staff', path: '/orders/new', values: { customer_id: ':customer', title: '', planned_start: '' }, fields: ['title'] },
    { site: 'staff', path: '/desk/reports/:report/reject', values: { reason: ' ' }, fields: ['reason'] },
    { site: 'staff', path: '/settings/accounts/new', values: { name: '', email: script, role: 'agent', language: 'de' }, fields: ['name', 'email'] },
    { site: 'staff', path: '/profile', values: { name: '', mobile: script, language: 'de', timeZone: 'Europe/Berlin' }, fields: ['name', 'mobile'] },
    { site: 'portal', path: '/report', values: { text: '', urgency: '2' }, fields: ['text'] },
    { site: 'portal', path: '/profile/password', values: { current: 'x', password: 'kurz', again: 'anders' }, fields: ['again'] },
    { site: 'portal', path: '/profile', values: { name: long, mobile: '', language: 'de', timeZone: 'Europe/Berlin' }, fields: ['name'] },
  ];
}
