import 'reflect-metadata';
import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { ForbiddenError, InvalidInputError, type Actor } from '../../../core/api.js';
import { AccessRegister, CustomerService, customerInput } from '../../../plugins/customers/api.js';
import { CustomerImports, ImportJobs } from '../../../plugins/customers/exchange/import/customer-imports.js';
import { createTestApp, type TestApp } from '../../support/app.js';
import { checksums } from '../../matrix/checksums.js';
import { eventually } from '../../support/eventually.js';

describe('import of customers', function () {
  this.timeout(60_000);
  let t: TestApp;
  let admin: Actor;
  let imports: CustomerImports;
  let customers: CustomerService;
  before(async () => {
    t = await createTestApp();
    admin = accountActor(await t.make.staff('administrator', 'Sara Holm'));
    imports = t.app.service('customers', CustomerImports);
    customers = t.app.service('customers', CustomerService);
  });
  after(() => t.close());

  const upload = (content: string | Buffer): Promise<number> => imports.upload(admin, { name: 'customers.csv', bytes: Buffer.from(content) });
  const until = (id: number, status: string) => eventually(async () => (await imports.get(admin, id)).status === status, `${status} of the import`);
  const check = async (id: number, invite = false): Promise<void> => {
    await imports.check(admin, id, { mapping: JSON.parse((await imports.get(admin, id)).mapping) as string[], invite });
    await until(id, 'checked');
  };
  const run = async (id: number): Promise<void> => {
    await imports.run(admin, id);
    await until(id, 'done');
  };
  const verdicts = async (id: number) => (await imports.lines(admin, id)).lines.map((line) => line.verdict);

  it('DX-04: finds encoding, separator and columns in five languages by itself', async () => {
    const row = ['Åkes Hiss', 'Anna', 'a@akes.test', 'Västerås'];
    const files: [string, string[], (text: string) => Buffer][] = [
      [';', ['Firmenname', 'Kontaktperson', 'E-Mail', 'Ort'], (text) => Buffer.from(text, 'latin1')],
      ['\t', ['Företagsnamn', 'Kontaktperson', 'E-post', 'Ort'], (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
      [',', ['Company name', 'Contact person', 'E-mail', 'City'], (text) => Buffer.from(`\ufeff${text}`)],
    ];
    for (const [separator, headings, encode] of files) {
      const id = await upload(encode(`${headings.join(separator)}\r\n${row.join(separator)}\r\n`));
      const found = await imports.get(admin, id);
      expect(JSON.parse(found.headings), separator).to.deep.equal(headings);
      expect(JSON.parse(found.mapping)).to.include.members(['contact_person', 'email', 'city']);
      expect(JSON.parse((await imports.lines(admin, id)).lines[0]!.cells)).to.deep.equal(row);
    }
  });

  it('DX-04: the dry run shows what would be created, changed field by field, and refused, and writes nothing', async () => {
    const known = await customers.create(
      admin,
      customerInput.parse({ kind: 'company', name: 'Known AB', contact_person: 'Eva', email: 'eva@known.test', city: 'Lund' }),
    );
    const id = await upload(
      [
        'Number,Company name,Contact person,E-mail,City,Country,Our reference',
        ',Fresh AB,Ola,ola@fresh.test,Malmö,Schweden,Sara Holm',
        `${known.number},,,,Umeå,,`,
        ',,Nobody,not-a-mail,,,',
        '99999,Ghost AB,G,g@ghost.test,,,',
        ',Fresh AB,Ola,OLA@fresh.test,,,',
        ',Known AB,Eva,eva@known.test,Lund,,',
      ].join('\n'),
    );
    const before = await checksums(t);
    await check(id);
    const after = await checksums(t);
    for (const table of ['customers_customers', 'customers_words', 'customers_accesses', 'core_accounts', 'core_outbox'])
      expect(after[table]).to.equal(before[table]);
    const { lines } = await imports.lines(admin, id);
    expect(lines.map((line) => line.verdict)).to.deep.equal(['create', 'change', 'refuse', 'refuse', 'refuse', 'refuse']);
    expect(lines.map((line) => line.line)).to.deep.equal([2, 3, 4, 5, 6, 7]);
    expect(JSON.parse(lines[1]!.detail!)).to.deep.equal({ city: ['Lund', 'Umeå'] });
    expect(Object.keys(JSON.parse(lines[2]!.detail!) as object)).to.have.members(['name', 'email']);
    expect(lines[3]!.detail).to.contain('noNumber');
    expect(lines[4]!.detail).to.contain('twice').and.contain('2');

    await run(id);
    expect(await customers.get(admin, known.id)).to.include({ city: 'Umeå', email: 'eva@known.test' });
    const [fresh] = (await customers.list(admin, { q: 'fresh' })).rows;
    expect(fresh).to.include({ name: 'Fresh AB', city: 'Malmö', country: 'SE', account_manager_id: admin.account!.id });
    const actions = await t.app.db.query<{ action: string; actor: number }>(
      "SELECT action, actor FROM core_audit WHERE action LIKE 'customers.import%' OR customer_id = ?",
      [fresh!.id],
    );
    expect(actions.map(({ action }) => action)).to.have.members(['customers.import.started', 'customers.customer.created']);
    expect(actions.every(({ actor }) => actor === admin.account!.id)).to.equal(true);
  });

  it('DX-04: undo takes away what was created and puts back what was changed, unless something came of it', async () => {
    const [changed, moved] = await Promise.all(
      ['Changed AB', 'Moved AB'].map((name) =>
        customers.create(admin, customerInput.parse({ kind: 'company', name, contact_person: 'E', email: `x@${name.slice(0, 5)}.test`, city: 'Lund' })),
      ),
    );
    const id = await upload(
      `Number;Company name;Contact person;E-mail;City\n${changed!.number};;;;Ystad\n${moved!.number};;;;Ystad\n;New One AB;N;n@one.test;\n;New Two AB;N;n@two.test;\n`,
    );
    await check(id);
    await run(id);
    await customers.update(
      admin,
      moved!.id,
      customerInput.parse({ kind: 'company', name: 'Moved AB', contact_person: 'E', email: 'x@moved.test', city: 'Visby' }),
    );
    const two = (await customers.list(admin, { q: 'new two' })).rows[0]!;
    await t.make.installation(two.id);
    await imports.undo(admin, id);
    await until(id, 'undone');
    expect((await customers.get(admin, changed!.id)).city).to.equal('Lund');
    expect((await customers.get(admin, moved!.id)).city).to.equal('Visby');
    expect((await customers.list(admin, { q: 'new' })).rows.map((row) => row.name)).to.deep.equal(['New Two AB']);
    expect(await imports.counts(admin, id)).to.include({ kept: 2 });
    expect(await t.app.audit.verify()).to.include({ ok: true });
  });

  it('DX-05: makes the first access, without an invitation or with one', async () => {
    for (const invite of [false, true]) {
      const name = invite ? 'Invited AB' : 'Silent AB';
      const mail = `p@${invite ? 'invited' : 'silent'}.test`;
      const id = await upload(`Company name,E-mail,Access: name,Access: e-mail\n${name},office@${mail.slice(2)},Pia,${mail}\n`);
      await check(id, invite);
      expect(await verdicts(id)).to.deep.equal(['create']);
      await run(id);
      const [row] = (await customers.list(admin, { q: name })).rows;
      const [access] = await t.app.service('customers', AccessRegister).list(admin, row!.id);
      expect(access?.account).to.include({ name: 'Pia', email: mail });
      expect(access?.invitation.status).to.equal(invite ? 'invited' : 'none');
    }
  });

  it('a run that was cut off goes on where it was, and what was done is not done again', async () => {
    const lines = Array.from({ length: 600 }, (_, index) => `Bulk ${index} AB,B,b${index}@bulk.test`);
    const id = await upload(`Company name,Contact person,E-mail\n${lines.join('\n')}\n`);
    await check(id);
    const jobs = t.app.service('customers', ImportJobs);
    await t.app.db.run("UPDATE customers_imports SET status = 'running' WHERE id = ?", [id]);
    const stop = new AbortController();
    const first = jobs.run(id, stop.signal).catch((error: unknown) => error);
    await eventually(async () => (await imports.get(admin, id)).done >= 100, 'a first batch');
    stop.abort();
    expect(await first).to.not.equal(undefined);
    await jobs.run(id, new AbortController().signal);
    expect((await imports.get(admin, id)).status).to.equal('done');
    const [count] = await t.app.db.query<{ n: number }>("SELECT COUNT(*) AS n FROM customers_customers WHERE email LIKE '%@bulk.test'");
    expect(Number(count?.n)).to.equal(600);
  });

  it('refuses what is no table, with a sentence, and who may not import', async () => {
    const wrong = (content: string | Buffer) =>
      upload(content).then(
        () => null,
        (error: unknown) => error,
      );
    for (const content of ['', 'Company name\n', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0]), `Name\n${'x\n'.repeat(20_001)}`])
      expect(await wrong(content)).to.be.instanceOf(InvalidInputError);
    const agent = accountActor(await t.make.staff('agent'));
    expect(await imports.list(agent).catch((error: unknown) => error)).to.be.instanceOf(ForbiddenError);
  });
});
