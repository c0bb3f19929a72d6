import { expect } from 'chai';
import { accountWords } from '../../../core/accounts/account-words.js';
import type { AccountRow } from '../../../core/accounts/models.js';
import { up } from '../../../core/migrations/0090-account-words.js';
import { createWorld, goodPassword, type World } from './accounts-world.js';

describe('Words under which accounts are found', () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.drop());

  /** The kept words of an account, which must be those of its name, address and user name now. */
  async function wordsOf(id: number): Promise<string[]> {
    const [row] = await world.db.query<AccountRow>('SELECT * FROM core_accounts WHERE id = ?', [id]);
    const kept = await world.db.query<{ word: string }>("SELECT word FROM core_words WHERE owner = 'account' AND owner_id = ?", [id]);
    const found = kept.map((one) => one.word);
    expect(found).to.have.members(accountWords(row!));
    return found;
  }
  const secretOf = (template: string) =>
    world.sent
      .filter((one) => one.template === template)
      .at(-1)!
      .link!.split('/')
      .at(-1)!;

  it('DX-10 are those of the first administrator, of new accounts, and of the user name of a registration', async () => {
    const input = { companyName: 'Fjord', name: 'Ärla Lind', email: 'arla@example.com', password: goodPassword, language: 'sv', timeZone: 'UTC' };
    expect(await wordsOf((await world.setup.complete(await world.setup.code(), input, null)).id)).to.include.members(['arla', 'lind']);
    const { id } = await world.accounts.create(world.system, { kind: 'customer', name: 'Bo Ek', email: 'bo.ek@example.com' });
    expect(await wordsOf(id)).to.have.members(['bo', 'ek', 'example', 'com']);
    await world.accounts.invite(world.system, id, 'portal');
    await world.credentials.register(world.lastToken(), { userName: 'fir-77', password: goodPassword, language: 'en' }, world.origin('portal'));
    expect(await wordsOf(id)).to.include.members(['fir', '77']);
  });

  it('DX-10 follow what people change of themselves: name, user name, address and its way back', async () => {
    const account = await world.registered('customer', 'dag@example.com');
    const actor = world.actor(account);
    await world.accounts.updateProfile(actor, { name: 'Dag Dahl', mobile: '', language: 'en', timeZone: 'UTC' });
    expect(await wordsOf(account.id)).to.include('dahl');
    await world.ownAccount.requestEmail(actor, 'portal', 'new@harbor.test');
    await world.ownAccount.sendLink({ ...world.queued.at(-1)!.payload });
    await world.ownAccount.confirm(secretOf('core.email-confirm'), 'portal', null);
    expect(await wordsOf(account.id)).to.include('harbor');
    await world.ownAccount.undo(secretOf('core.email-changed'), 'portal', null);
    expect(await wordsOf(account.id)).not.to.include('harbor');
    await world.ownAccount.changeUserName(actor, 'skipper');
    expect(await wordsOf(account.id)).to.include('skipper');
  });

  it('DX-10 are filled in for accounts of before', async () => {
    const { id } = await world.accounts.create(world.system, { kind: 'customer', name: 'Old Oak', email: 'old@example.com' });
    await world.db.run('DELETE FROM core_words');
    for (let again = 0; again < 2; again += 1) await up({ db: world.db, queryInterface: world.db.sequelize.getQueryInterface() });
    expect(await wordsOf(id)).to.have.members(['old', 'oak', 'example', 'com']);
  });
});
