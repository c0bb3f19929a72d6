import { expect } from 'chai';
import type { Account } from '../../../core/accounts/types.js';
import { createWorld, failure, type World } from './accounts-world.js';

describe('Staff accounts', () => {
  let world: World;
  let anna: Account;
  let bo: Account;
  before(async () => {
    world = await createWorld();
    anna = await world.registered('staff', 'anna@example.com', { roles: ['administrator'] });
    bo = await world.registered('staff', 'bo@example.com', { roles: ['agent'] });
  });
  after(() => world.drop());

  it('are managed only by those who hold the permission', async () => {
    const agent = world.actor(bo);
    const attempts = [
      world.accounts.create(agent, { kind: 'staff', name: 'X', email: 'x@example.com' }),
      world.accounts.invite(agent, anna.id, 'staff'),
      world.accounts.disable(agent, anna.id),
      world.accounts.enable(agent, anna.id),
      world.accounts.setRoles(agent, bo.id, ['administrator']),
      world.accounts.setInitialPassword(agent, anna.id, 'taken over by bo'),
      world.directory.list(agent, { limit: 10 }),
    ];
    for (const attempt of attempts) expect((await failure(attempt)).code).to.equal('forbidden');
  });

  it('holders of the permission who are no administrators make none and touch none', async () => {
    await world.db.run("INSERT INTO core_roles (id, all_customers, built_in) VALUES ('office', 1, 0)");
    await world.db.run("INSERT INTO core_role_permissions (role_id, permission, allowed) VALUES ('office', 'core.accounts.manage', 1)");
    const eva = world.actor(await world.registered('staff', 'eva@example.com', { roles: ['office'] }));
    expect((await failure(world.accounts.create(eva, { kind: 'staff', name: 'X', email: 'x@example.com', roles: ['administrator'] }))).code).to.equal(
      'forbidden',
    );
    expect((await failure(world.accounts.disable(eva, anna.id))).code).to.equal('forbidden');
    expect((await failure(world.accounts.setRoles(eva, bo.id, ['administrator']))).code).to.equal('forbidden');
    expect((await failure(world.accounts.setRoles(eva, bo.id, ['nonsense']))).fields).to.have.property('roles');
    await world.accounts.setRoles(eva, bo.id, ['agent', 'office']);
    await world.accounts.setRoles(eva, bo.id, ['agent']);
  });

  it('at least one active administrator always remains, also when two remove each other at once', async () => {
    expect((await failure(world.accounts.disable(world.system, anna.id))).code).to.equal('last_administrator');
    expect((await failure(world.accounts.setRoles(world.actor(anna), anna.id, ['agent']))).code).to.equal('last_administrator');
    expect((await failure(world.accounts.disable(world.actor(anna), anna.id))).code).to.equal('disable_self');
    const eva = await world.registered('staff', 'second@example.com', { roles: ['administrator'] });
    const all = await Promise.allSettled([world.accounts.disable(world.actor(eva), anna.id), world.accounts.disable(world.actor(anna), eva.id)]);
    expect(all.filter((one) => one.status === 'fulfilled')).to.have.length(1);
    const states = await world.accounts.getMany([anna.id, eva.id]);
    expect([...states.values()].filter((account) => account.status === 'active')).to.have.length(1);
    for (const { id } of states.values()) await world.accounts.enable(world.system, id);
  });

  it('enabling brings back the state of before', async () => {
    const fresh = await world.accounts.create(world.actor(anna), { kind: 'staff', name: 'New', email: 'fresh@example.com', roles: ['agent'] });
    await world.accounts.disable(world.actor(anna), fresh.id);
    await world.accounts.enable(world.actor(anna), fresh.id);
    expect((await world.accounts.get(fresh.id))?.status).to.equal('invited');
  });

  it('are listed page by page, each once, and found by parts of name and address', async () => {
    for (let i = 0; i < 12; i++)
      await world.accounts.create(world.system, { kind: 'staff', name: i % 2 ? 'Same Name' : `Name ${i}`, email: `list${i}@example.com`, roles: ['agent'] });
    const ids: number[] = [];
    let after = null;
    do {
      const page = await world.directory.list(world.actor(anna), { search: 'list', after, limit: 5 });
      ids.push(...page.entries.map((entry) => entry.account.id));
      after = page.next;
    } while (after !== null);
    expect(ids).to.have.length(12);
    expect(new Set(ids).size).to.equal(12);
    const hits = async (search: string): Promise<number> => (await world.directory.list(world.actor(anna), { search, limit: 50 })).entries.length;
    expect(await hits('same name')).to.equal(6);
    expect(await hits('%')).to.equal(0);
    expect(await hits("' OR 1=1 --")).to.equal(0);
    const [first] = (await world.directory.list(world.actor(anna), { search: 'list1@', limit: 5 })).entries;
    expect(first?.roles).to.deep.equal(['agent']);
    expect(first?.invitation.status).to.equal('none');
  });

  it('names with control characters and hostile addresses are refused', async () => {
    for (const [name, email, field] of [
      ['A\r\nBcc: x@y.z', 'a1@example.com', 'name'],
      ['x'.repeat(121), 'a2@example.com', 'name'],
      ['', 'a3@example.com', 'name'],
      ['A', 'a@b.c\r\nBcc: x', 'email'],
      ['A', `${'a'.repeat(250)}@example.com`, 'email'],
    ] as const) {
      expect((await failure(world.accounts.create(world.system, { kind: 'staff', name, email }))).fields).to.have.property(field);
    }
    const kept = await world.accounts.create(world.system, { kind: 'staff', name: `<b>Ž"'\`; DROP TABLE`, email: 'quote@example.com' });
    expect(kept.name).to.equal(`<b>Ž"'\`; DROP TABLE`);
  });
});
