import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Factors } from '../../core/accounts/factors/models.js';
import { outRoot, projectRoot } from '../../core/paths.js';
import { AdministratorService } from '../../plugins/customers/accesses/administrators.js';
import { OrderService, RequestService } from '../../plugins/desk/api.js';
import { quotationThings } from './quotation-world.js';
import { clockThings } from './clocks-world.js';
import { mailThings } from './mail-world.js';
import { registerThings } from './register-world.js';
import { workThings } from './work-world.js';
import type { NewApiToken } from '../../core/accounts/tokens/api-tokens.js';
import { createTestApp, system, type TestApp } from '../support/app.js';

export type Site = 'staff' | 'portal';
export type Relation = 'own' | 'sibling' | 'other' | 'crossed' | 'missing';
export const relations: readonly Relation[] = ['own', 'sibling', 'other', 'crossed', 'missing'];
/** Whom the tests act as. What each holds and sees is stated here, apart from the code under test. */
export interface Who {
  name: string;
  site: Site;
  account: { id: number } | null;
  holds(permission: string): boolean;
  /** A program instead of a browser: what its token is like. Dead ones are revoked or expired. */
  token?: { value: string; dead?: boolean; readOnly?: boolean };
  /** Relations of customers' things that the actor may see. */
  sees: readonly Relation[];
}
/** Part of a path that names a thing, by relation. A kind that is not about customers has own and missing only. */
export type Things = Readonly<Record<string, Partial<Record<Relation, string | number>>>>;
export interface World {
  t: TestApp;
  who: Who[];
  things: Things;
  /** Ids by name, for sockets and bodies. */
  ids: Record<string, number>;
}

const agentRights = [
  'customers.customer.read',
  'customers.customer.manage',
  'customers.access.manage',
  'customers.installation.read',
  'customers.installation.manage',
  'customers.device.read',
  'customers.device.manage',
  'customers.project.read',
  'customers.project.manage',
  'customers.purchase-price.read',
  'desk.request.create',
  'desk.request.read',
  'desk.request.manage',
  'desk.order.read',
  'desk.order.manage',
  'desk.work.read',
  'desk.purchase-price.read',
  'desk.quotation.read',
  'desk.quotation.manage',
  'desk.work-sheet.manage',
  'desk.contract.read',
];
const defaults = ['customers.installation.read', 'desk.request.create', 'desk.request.read', 'desk.order.read', 'desk.work.read'];
const customersOnly = [
  'portal.overview.read',
  'desk.order.create-direct',
  'desk.request.solve',
  'desk.evaluation.read',
  'desk.work-sheet.read',
  'desk.quotation.copy',
  'customers.team.manage',
];
/** Everything that can be ticked on an access. */
const everything = [
  ...defaults,
  ...customersOnly,
  'customers.device.read',
  'customers.project.read',
  'customers.purchase-price.read',
  'desk.purchase-price.read',
  'desk.quotation.read',
];
const reading = ['customers.installation.read', 'desk.request.read', 'desk.order.read'];
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const missing = 999_999;

/** Two customers with two installations and one, reports, orders and a photo on each, and everybody who might look at them. */
export async function createWorld(): Promise<World> {
  const folder = 'test/fixtures/plugins/working/quiet';
  const t = await createTestApp({ pluginRoots: [{ code: join(outRoot, folder, '..'), assets: join(projectRoot, folder, '..') }] });
  // Only the module without routes is wanted: the matrix is about the product's own.
  await t.app.host.setEnabled('everything', false);
  const { app, make } = t;
  const [a, b] = [await make.customer('Alder Clinics'), await make.customer('Birch Schools')];
  const places = {
    own: await make.installation(a.id, 'Alder North'),
    sibling: await make.installation(a.id, 'Alder South'),
    other: await make.installation(b.id, 'Birch Hall'),
  };

  // People
  const aDefault = await make.access(a.id, { options: defaults });
  const aReader = await make.access(a.id, { options: reading });
  const aFull = await make.access(a.id, { options: everything });
  const aLimited = await make.access(a.id, { options: defaults, installations: [places.own.id] });
  const onlyB = await make.access(b.id, { options: defaults });
  const both = await make.access(a.id, { options: defaults, name: 'Abel Both' });
  await make.access(b.id, { options: defaults, name: 'Abel Both' });
  const spare = await make.access(a.id, { options: reading });
  const spareOfB = await make.access(b.id, { options: reading });
  const [agentA, agent, admin, spareStaff] = [await make.staff(), await make.staff(), await make.staff('administrator'), await make.staff()];
  const regional = await app.roleService.create(system, { name: 'Regional', copyOf: 'agent' });
  await app.roleService.change(system, new Map([[regional.id, { allCustomers: false, permissions: agentRights }]]));
  await app.accounts.setRoles(system, agentA.id, [regional.id]);
  await app.service('customers', AdministratorService).set(system, a.id, [agentA.id]);

  // Work on each installation: a report that waits, one that became an order, one order without a report.
  const reports = app.service('desk', RequestService);
  const orders = app.service('desk', OrderService);
  const waiting: Record<string, number> = {};
  const order: Record<string, number> = {};
  const photo: Record<string, string> = {};
  const plan = { technician_id: null, planned_start: null, planned_end: null };
  for (const [relation, place] of Object.entries(places)) {
    const path = join(t.dataDir, `uploads/${relation}.png`);
    writeFileSync(path, png);
    const input = { customer_id: null, installation_id: place.id, subject: `Leak at ${place.name}`, text: 'It drips.', urgency: 2, contact: null };
    const report = await reports.report(system, input, [{ field: 'photos', path, name: 'leak.png', size: png.length }]);
    waiting[relation] = report.id;
    const [file] = await app.files.list({ kind: 'desk.request', id: report.id });
    photo[relation] = file?.id ?? '';
    order[relation] = (
      await orders.create(system, { customer_id: relation === 'other' ? b.id : a.id, installation_id: place.id, title: `Repair at ${place.name}`, ...plan })
    ).id;
  }
  const clocks = await clockThings(t, { a: a.id, b: b.id });
  const [outgoing] = await app.db.query<{ id: number }>('SELECT MIN(id) AS id FROM core_outbox');
  const [entry] = await app.db.query<{ id: number }>('SELECT MIN(id) AS id FROM core_audit');
  await app.settings.set(system, { 'core.companyName': 'Matrix Service' });
  const [changed] = await app.db.query<{ id: number }>('SELECT MAX(id) AS id FROM core_setting_history');
  const { undo: taken } = await app.accounts.setRoles(system, spareStaff.id, []);
  const { session } = await app.sessions.create({ accountId: spareStaff.id, site: 'staff', ip: null, agent: null });
  const moment = new Date();
  const { insertId: view } = await app.db.run('INSERT INTO customers_views (account_id, name, query, created_at) VALUES (?, ?, ?, ?)', [
    spareStaff.id,
    'Theirs',
    'q=a',
    moment,
  ]);
  const { insertId: deskView } = await app.db.run('INSERT INTO desk_views (account_id, name, query, created_at) VALUES (?, ?, ?, ?)', [
    spareStaff.id,
    'Theirs',
    'q=a',
    moment,
  ]);
  const template = async (kind: 'text' | 'macro', shared: number, content: object): Promise<number> =>
    (
      await app.db.run('INSERT INTO desk_templates (account_id, kind, name, shared, content, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)', [
        ...[spareStaff.id, kind, 'Theirs', shared, JSON.stringify(content), moment, moment],
      ])
    ).insertId;
  const text = await template('text', 0, { texts: { en: 'Hello' } });
  const macro = await template('macro', 1, {
    ...{ texts: {}, status: null, solver: null, priority: null, importance: 2, add_tags: [], remove_tags: [], watcher: null, internal: false, next: false },
  });
  const { insertId: act } = await app.db.run(
    "INSERT INTO desk_acts (account_id, act, state, total, back, created_at) VALUES (?, '{}', 'done', 0, '/desk/mine', ?)",
    [spareStaff.id, moment],
  );
  const { insertId: imported } = await app.db.run(
    "INSERT INTO customers_imports (file_name, headings, mapping, status, created_at) VALUES ('a.csv', '[\"Name\"]', '[\"name\"]', 'draft', ?)",
    [moment],
  );
  const archive = async (customerId: number) =>
    (await app.db.run("INSERT INTO customers_archives (customer_id, file_key, status, created_at) VALUES (?, 'none', 'ready', ?)", [customerId, moment]))
      .insertId;
  const archives = { own: await archive(a.id), other: await archive(b.id) };
  const service = (owner: string | null, domain: string) =>
    app.sso.providers.create(system, owner, {
      name: `Login of ${domain}`,
      kind: 'staff',
      // Nobody answers there: the matrix asks no other machine.
      issuer: 'https://127.0.0.1:1',
      client_id: 'portico',
      client_secret: '',
      domains: [domain],
      trust_email: false,
      second_factor: false,
      password_off: false,
      create_role: null,
      active: true,
    });
  const [serviceOfAll, serviceOfA, serviceOfB] = [
    await service(null, 'all.test'),
    await service(`customers.customer:${a.id}`, 'alder.test'),
    await service(`customers.customer:${b.id}`, 'birch.test'),
  ];
  await app.db.run('INSERT INTO core_identities (provider_id, account_id, subject, linked_at) VALUES (?, ?, ?, ?)', [
    serviceOfAll.id,
    spareStaff.id,
    'spare',
    new Date(),
  ]);
  const [identity] = await app.db.query<{ id: number }>('SELECT id FROM core_identities');
  const all = ['own', 'sibling', 'other'] as const;
  const spareToken = await t.program('staff', spareStaff);
  // The matrix asks more often than anybody may.
  await app.settings.set(system, { 'core.apiRate': 0, 'core.apiAddressRate': 0 });
  const factor = await app.db.of(Factors).create({ account_id: spareStaff.id, kind: 'email', name: 'Code by e-mail', created_at: new Date() });
  await app.devices.remember(spareStaff.id, 'staff', null);
  const [browser] = await app.devices.list(spareStaff.id);
  const program = async (name: string, site: Site, account: { id: number }, how: Partial<NewApiToken>, like: Partial<Who>): Promise<Who> => ({
    name,
    site,
    account,
    sees: all,
    holds: () => false,
    ...like,
    token: { ...like.token, value: (await t.program(site, account, how)).token!, readOnly: how.readOnly },
  });
  const narrow = ['desk.order.read', 'customers.customer.read'];
  const adminRights = (permission: string) => !customersOnly.includes(permission);
  const dead = { token: { value: '', dead: true } };
  const programs = [
    await program('token of the administrator', 'staff', admin, {}, { holds: adminRights }),
    await program('token narrowed to two rights', 'staff', admin, { permissions: narrow }, { holds: (permission) => narrow.includes(permission) }),
    await program('token that may read', 'staff', admin, { readOnly: true }, { holds: adminRights }),
    await program('token of the agent of A', 'staff', agentA, {}, { holds: (permission) => agentRights.includes(permission), sees: ['own', 'sibling'] }),
    await program('token of one place of A', 'portal', aLimited, {}, { holds: (permission) => defaults.includes(permission), sees: ['own'] }),
    await program('revoked token', 'staff', admin, { name: 'revoked' }, dead),
    await program('expired token', 'staff', admin, { name: 'expired' }, dead),
  ];
  await app.db.run("UPDATE core_api_tokens SET revoked_at = created_at WHERE name = 'revoked'");
  await app.db.run("UPDATE core_api_tokens SET expires_at = created_at WHERE name = 'expired'");
  const below = (kind: string, values: { own: number | string; other: number | string }) => ({
    own: `${a.id}/${kind}/${values.own}`,
    other: `${b.id}/${kind}/${values.other}`,
    crossed: `${a.id}/${kind}/${values.other}`,
    missing: `${a.id}/${kind}/${missing}`,
  });

  const person = (name: string, site: Site, account: { id: number } | null, holds: (p: string) => boolean, sees: readonly Relation[]): Who => ({
    name,
    site,
    account,
    holds,
    sees,
  });
  const having = (options: readonly string[]) => (permission: string) => options.includes(permission);
  return {
    t,
    who: [
      person('nobody', 'staff', null, () => false, []),
      person('agent of A', 'staff', agentA, having(agentRights), ['own', 'sibling']),
      person('agent', 'staff', agent, having([...agentRights, 'desk.mail.manage']), all),
      person('administrator', 'staff', admin, adminRights, all),
      person('nobody', 'portal', null, () => false, []),
      person('reader at A', 'portal', aReader, having(reading), ['own', 'sibling']),
      person('customer A', 'portal', aDefault, having(defaults), ['own', 'sibling']),
      person('all options at A', 'portal', aFull, having(everything), ['own', 'sibling']),
      person('one place of A', 'portal', aLimited, having(defaults), ['own']),
      person('customer B', 'portal', onlyB, having(defaults), ['other']),
      person('A and B', 'portal', both, having(defaults), all),
      ...programs,
    ],
    things: {
      customer: { own: a.id, other: b.id, missing },
      installation: { own: places.own.id, sibling: places.sibling.id, other: places.other.id, missing },
      'installation of customer': below('installations', { own: places.own.id, other: places.other.id }),
      access: below('accesses', { own: spare.accessId, other: spareOfB.accessId }),
      colleague: {
        own: `${a.id}/${spare.accessId}`,
        other: `${b.id}/${spareOfB.accessId}`,
        crossed: `${a.id}/${spareOfB.accessId}`,
        missing: `${a.id}/${missing}`,
      },
      template: { own: 1, missing },
      'access of another': { other: spare.accessId, missing },
      'customer archive': below('archive', archives),
      'customer import': { own: imported, missing },
      'customer view of another': { other: view, missing },
      ...clocks.things,
      'desk view of another': { other: deskView, missing },
      'desk template of another': { other: text, missing },
      'desk macro': { own: macro, missing },
      'desk act of another': { other: act, missing },
      ...(await registerThings(t, { a: a.id, b: b.id, places, orders: order })),
      ...(await mailThings(t)),
      ...(await quotationThings(t, { a: a.id, b: b.id, places, accounts: { own: aFull.id, sibling: aFull.id, other: onlyB.id } })),
      ...(await workThings(t, { a: a.id, b: b.id, places, orders: order, technician: agent.id })),
      'provider of customer': below('sign-in', { own: serviceOfA.id, other: serviceOfB.id }),
      'access by id': { own: spare.accessId, other: spareOfB.accessId, missing },
      order: { ...order, missing },
      report: { ...waiting, missing },
      photo: { ...photo, missing: 'A'.repeat(photo['own']?.length ?? 22) },
      // Not about customers: whoever may use the page sees all of them.
      'staff account': { own: spareStaff.id, missing },
      'customer account': { own: aDefault.id, other: onlyB.id, missing },
      role: { own: regional.id, missing: 'nothing' },
      'role change': { own: taken, missing },
      'audit entry': { own: entry?.id ?? 0, missing },
      message: { own: outgoing?.id ?? 0, missing },
      topic: { own: 'portal', missing: 'nothing' },
      change: { own: changed?.id ?? 0, missing },
      setting: { own: 'core.companyPhone', missing: 'core.nothing' },
      module: { own: 'quiet', missing: 'nothing' },
      // Of persons: nobody sees another's.
      provider: { own: serviceOfAll.id, missing },
      'identity of another': { other: identity?.id ?? 0, missing },
      'session of another': { other: session.id, missing },
      token: { own: spareToken.tokenId, missing },
      ...(await webhookThings(t)),
      'token of another': { other: spareToken.tokenId, missing },
      'factor of another': { other: factor.id, missing },
      'remembered browser of another': { other: browser?.id ?? 0, missing },
      'notification of another': { other: await notificationOf(t, spareStaff.id), missing },
    },
    ids: {
      ...clocks.ids,
      a: a.id,
      b: b.id,
      place: places.own.id,
      placeOfB: places.other.id,
      orderOfA: order['own'] ?? 0,
      orderOfB: order['other'] ?? 0,
      reportOfA: waiting['own'] ?? 0,
      reportOfB: waiting['other'] ?? 0,
    },
  };
}

/** A webhook whose receiver is not there, with something in its log, and one that was deleted. */
async function webhookThings({ app }: TestApp): Promise<Things> {
  const { webhooks, deliveries } = app.webhooks;
  const make = async (name: string): Promise<number> => {
    const input = { name, url: 'https://127.0.0.1:1/hook', events: ['core.setting.changed'], customer_id: null, active: true };
    return (await webhooks.create(system, input)).webhook.id;
  };
  const [own, gone] = [await make('Accounting'), await make('Gone')];
  const { id } = await deliveries.test(system, own);
  await webhooks.remove(system, gone);
  return {
    webhook: { own, missing },
    'deleted webhook': { own: gone, missing },
    delivery: { own: `${own}/deliveries/${id}`, missing: `${own}/deliveries/${id.replace(/^./, 'f')}` },
  };
}

/** A message in the person's inbox. */
async function notificationOf({ app }: TestApp, accountId: number): Promise<number> {
  await app.db.transaction(() => app.outbox.send({ to: { accountId }, template: 'core.test-mail', data: {}, channels: ['inbox'] }));
  await app.outbox.flush();
  const [row] = await app.db.query<{ id: number }>('SELECT MAX(id) AS id FROM core_inbox WHERE account_id = ?', [accountId]);
  return Number(row?.id);
}
