import { expect } from 'chai';
import { createWorld, failure, goodPassword, type World } from './accounts-world.js';

const input = {
  companyName: 'Fjord Service',
  name: 'Anna Lind',
  email: 'anna@example.com',
  password: goodPassword,
  language: 'sv',
  timeZone: 'Europe/Stockholm',
};

describe('Set-up', () => {
  let world: World;
  beforeEach(async () => (world = await createWorld()));
  afterEach(() => world.drop());

  it('E1 needs the code of the latest start, makes the first administrator once, and is closed afterwards', async () => {
    expect(await world.setup.needed()).to.equal(true);
    const old = await world.setup.code();
    const code = await world.setup.code();
    expect(code).to.match(/^[2-9]{4}-[2-9]{4}-[2-9]{4}$/);
    expect(JSON.stringify(await world.db.query('SELECT * FROM core_setup'))).not.to.contain(code.replaceAll('-', ''));
    for (const wrong of ['', '0', old, `${code}2`]) expect((await failure(world.setup.complete(wrong, input, null))).fields, wrong).to.have.property('code');
    const account = await world.setup.complete(` ${code.replaceAll('-', ' ')}`, input, null);
    expect(account).to.include({ kind: 'staff', status: 'active', language: 'sv' });
    expect(await world.access.can(world.actor(account), 'core.settings.manage')).to.equal(true);
    expect(world.saved).to.deep.equal([{ 'core.companyName': 'Fjord Service', 'core.language': 'sv', 'core.timeZone': 'Europe/Stockholm' }]);
    expect(await world.setup.needed()).to.equal(false);
    const next = await world.setup.code();
    expect((await failure(world.setup.complete(next, { ...input, email: 'b@example.com' }, null))).code).to.equal('setup_closed');
    expect(await world.credentials.verify('staff', input.email, goodPassword, { site: 'staff', ip: null })).not.to.equal(null);
  });

  it('says per field what is wrong and creates nothing', async () => {
    const code = await world.setup.code();
    const error = await failure(
      world.setup.complete(code, { companyName: ' ', name: '', email: 'no', password: 'password1', language: 'xx', timeZone: '' }, null),
    );
    expect(Object.keys(error.fields ?? {})).to.have.members(['companyName', 'name', 'email', 'password', 'language', 'timeZone']);
    expect(await world.setup.needed()).to.equal(true);
  });

  it('lets one of ten simultaneous completions win', async () => {
    const code = await world.setup.code();
    const all = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => world.setup.complete(code, { ...input, email: `a${i}@example.com` }, null)));
    expect(all.filter((one) => one.status === 'fulfilled')).to.have.length(1);
    expect(await world.accounts.listStaff()).to.have.length(1);
  });

  it('B2 refuses to guess the code more than ten times', async () => {
    const code = await world.setup.code();
    for (let i = 0; i < 10; i++) await failure(world.setup.complete(`2222-2222-22${i}2`, input, null));
    expect((await failure(world.setup.complete(code, input, null))).code).to.equal('throttled');
  });
});
