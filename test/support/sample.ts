import { accountActor } from '../../core/access/actors.js';
import { Factors } from '../../core/accounts/factors/models.js';
import type { Route } from '../../core/http/routes.js';
import { loadDemo } from '../../plugins/demo/loader.js';
import { AccessRegister, type FileImports } from '../../plugins/customers/api.js';
import { CustomerImports, ImportJobs } from '../../plugins/customers/exchange/import/customer-imports.js';
import { BlockedSenders, Mailboxes, Mails } from '../../plugins/desk/mail/tables.js';
import { QuotationService } from '../../plugins/desk/api.js';
import { AnswerLinks } from '../../plugins/desk/quotations/answer-links.js';
import { ActService } from '../../plugins/desk/bulk/act-service.js';
import { macroInput, templateInput } from '../../plugins/desk/macros/inputs.js';
import { TemplateService } from '../../plugins/desk/macros/template-service.js';
import { ArticleImportRuns, ArticleImports } from '../../plugins/desk/orders/article-import.js';
import { system, type TestApp } from './app.js';
import { makeLevel } from './service-levels.js';

/** Accounts that see sample data, and the paths at which every page of a site shows some. */
export interface Sample {
  staff: { id: number };
  customer: { id: number };
  /** Concrete paths of a route with parameters. @throws Error for a page that no sample is known for */
  paths(route: Pick<Route, 'site' | 'path'>): readonly string[];
}

/** Fills a fresh installation with sample data, and shows it to people who read `language`. */
export async function makeSample({ app, make }: TestApp, language: string): Promise<Sample> {
  const administrator = await make.staff('administrator', 'Sara Holm');
  await loadDemo(app, { orders: 80, password: 'sample-password-9' });
  const one = async (sql: string): Promise<Record<string, number>> => {
    const [row] = await app.db.query<Record<string, number>>(sql);
    if (!row) throw new Error(`the sample data has nothing for: ${sql}`);
    return row;
  };
  const report = await one(
    "SELECT r.id, r.customer_id, r.reporter_account_id AS account FROM desk_requests r WHERE r.status = 'new' ORDER BY r.id DESC LIMIT 1",
  );
  const rejected = await one("SELECT id FROM desk_requests WHERE status = 'rejected' LIMIT 1");
  const access = await one(
    `SELECT id, account_id FROM customers_accesses WHERE customer_id = ${report.customer_id} AND account_id = ${report.account} LIMIT 1`,
  );
  const more = ['customers.team.manage', 'desk.request.solve', 'desk.evaluation.read', 'desk.work-sheet.read', 'desk.order.create-direct'];
  const register = app.service('customers', AccessRegister);
  const held = await register.get(system, access.id ?? 0);
  await register.setRights(system, held.id, { options: [...held.options, ...more], allInstallations: true });
  const colleague = await register.create(system, report.customer_id ?? 0, {
    name: 'Nils Colleague',
    email: 'nils@colleague.test',
    mobile: null,
    options: ['desk.order.read'],
    all_installations: true,
    installation_ids: [],
  });
  const gone = await register.create(system, report.customer_id ?? 0, {
    name: 'Tove Gone',
    email: 'tove@gone.test',
    mobile: null,
    options: [],
    all_installations: true,
    installation_ids: [],
  });
  await register.remove(system, gone.id);
  const place = await one(`SELECT id FROM customers_installations WHERE customer_id = ${report.customer_id} LIMIT 1`);
  const order = await one(`SELECT id FROM desk_orders WHERE customer_id = ${report.customer_id} LIMIT 1`);
  const planned = await one("SELECT id FROM desk_orders WHERE status = 'planned' LIMIT 1");
  const device = await one(`SELECT id, qr_token AS token FROM customers_devices WHERE customer_id = ${report.customer_id} LIMIT 1`);
  const project = await one(`SELECT p.id, p.customer_id, r.id AS row FROM customers_projects p JOIN customers_project_rows r ON r.project_id = p.id LIMIT 1`);
  const mine = await one(`SELECT MIN(id) AS id FROM customers_projects WHERE customer_id = ${report.customer_id}`);
  const worked = await one(
    `SELECT o.id, t.id AS time FROM desk_orders o JOIN desk_time_entries t ON t.order_id = o.id JOIN desk_order_checks k ON k.order_id = o.id WHERE o.status = 'done' ORDER BY o.id DESC LIMIT 1`,
  );
  const priced = await one(`SELECT order_id, id FROM desk_order_rows WHERE order_id = ${worked.id} LIMIT 1`);
  const article = await one('SELECT MIN(id) AS id FROM desk_articles');
  const checklist = await one('SELECT MIN(id) AS id FROM desk_checklists');
  const handedOver = await app.db.run('INSERT INTO desk_exports (account_id, created_at, orders) VALUES (?, ?, 5)', [administrator.id, new Date()]);
  await app.db.run(
    "UPDATE desk_orders SET export_id = ? WHERE status = 'done' AND id IN (SELECT x.id FROM (SELECT id FROM desk_orders WHERE status = 'done' ORDER BY id LIMIT 5 OFFSET 5) x)",
    [handedOver.insertId],
  );
  const [draft, accepted] = [
    await one("SELECT id FROM desk_quotations WHERE status = 'draft' LIMIT 1"),
    await one("SELECT id FROM desk_quotations WHERE status = 'accepted' LIMIT 1"),
  ];
  const quoted = await one(`SELECT quotation_id, id FROM desk_quotation_rows WHERE quotation_id = ${draft.id} LIMIT 1`);
  // The one that the account of the portal sees.
  await app.db.run('UPDATE desk_quotations SET customer_id = ?, installation_id = NULL WHERE sent_version > 0', [report.customer_id]);
  const offered = await one("SELECT id FROM desk_quotations WHERE status = 'sent' LIMIT 1");
  const { valid_until } = await app.service('desk', QuotationService).get(system, offered.id ?? 0);
  const link = app.service('desk', AnswerLinks).make(offered.id ?? 0, 1, access.account_id ?? 0, valid_until);
  const month = new Date().toISOString().slice(0, 7);
  const input = { issuer: 'https://login.microsoftonline.com/72f988bf/v2.0', client_id: 'portico', client_secret: 'x', create_role: null, active: true };
  const rules = { trust_email: true, second_factor: true, password_off: false };
  const shared = await app.sso.providers.create(system, null, { ...input, ...rules, name: 'Microsoft', kind: 'staff', domains: [], trust_email: false });
  await app.sso.providers.create(system, null, {
    ...input,
    ...rules,
    name: 'Google',
    kind: 'customer',
    domains: [],
    trust_email: false,
    issuer: 'https://accounts.google.com',
  });
  const service = await app.sso.providers.create(system, `customers.customer:${report.customer_id}`, {
    ...{ ...input, ...rules },
    name: 'Contoso',
    kind: 'customer',
    domains: ['contoso.test', 'contoso-holding.test'],
  });
  await app.db.run('INSERT INTO core_identities (provider_id, account_id, subject, email, linked_at, used_at) VALUES (?, ?, ?, ?, ?, ?)', [
    ...[shared.id, administrator.id, 'sara', 'sara.holm@fjord.test', new Date(), new Date()],
  ]);
  const { webhooks, deliveries } = app.webhooks;
  const events = ['desk.order.planned', 'desk.request.changed', 'customers.customer.updated'];
  const receiver = { name: 'Accounting', url: 'https://127.0.0.1:1/hooks/portico', events, customer_id: null, active: true };
  const hook = (await webhooks.create(system, receiver)).webhook.id;
  const delivery = (await deliveries.test(system, hook)).id;
  const mail = await one('SELECT id FROM core_outbox LIMIT 1').catch(() => ({ id: '' }));
  const entry = await one('SELECT MAX(id) AS id FROM core_audit');
  const view = await app.db.run('INSERT INTO customers_views (account_id, name, query, created_at) VALUES (?, ?, ?, ?)', [
    administrator.id,
    'Malmö',
    'status=active&city=Malm%C3%B6',
    new Date(),
  ]);
  const imported = await sampleImports(app, administrator.id);
  const inbound = await sampleMails(app);
  for (const id of [administrator.id, Number(access.account_id)])
    await app.tokens.create(accountActor((await app.accounts.get(id))!), { name: 'Nightly import', days: 90, permissions: null, readOnly: true });
  const passkey = async (accountId: number, hash: string): Promise<number> =>
    (await app.db.of(Factors).create({ account_id: accountId, kind: 'passkey', name: 'Work laptop', credential_hash: hash, created_at: new Date() })).id;
  const passkeys = { staff: await passkey(administrator.id, 'a'.repeat(64)), portal: await passkey(Number(access.account_id), 'b'.repeat(64)) };
  const owner = accountActor((await app.accounts.get(administrator.id))!);
  const templates = {
    text: await app
      .service('desk', TemplateService)
      .saveText(owner, templateInput.parse({ name: 'Greeting', shared: true, text_en: 'Dear {{reporter.firstName}}' })),
    macro: await app
      .service('desk', TemplateService)
      .saveMacro(owner, macroInput.parse({ name: 'Take it', solver: 'me', status: 'accepted', text_en: 'We look at it.' })),
  };
  const chosen = [report.id ?? 0, rejected.id ?? 0];
  const { id: act } = await app.service('desk', ActService).start(owner, chosen, { importance: 2 }, { back: '/desk/mine' });
  await app.db.run('UPDATE core_accounts SET language = ? WHERE id IN (?, ?)', [language, administrator.id, access.account_id]);
  await app.sessions.refresh();
  const role = await app.roleService.create(system, { name: 'Field technician', copyOf: 'agent' });
  const customer = `/customers/${report.customer_id}`;
  const { calendar, level, contract } = await makeLevel({ app });
  const contractId = await contract(report.customer_id ?? 0);
  const hours = `/settings/desk/calendars/${calendar}`;
  const known: Record<string, readonly string[]> = {
    'staff /settings/:plugin': ['/settings/core', '/settings/portal'],
    'staff /settings/:plugin/history': ['/settings/core/history'],
    'staff /settings': ['/settings?q=port'],
    'staff /api/docs/:operation': ['/api/docs/getCustomersIdAccesses', '/api/docs/postCustomers'],
    'portal /api/docs/:operation': ['/api/docs/postDeskRequests'],
    'staff /settings/accounts/:id': [`/settings/accounts/${administrator.id}`],
    'staff /settings/roles/:id': ['/settings/roles/agent', '/settings/roles/administrator', `/settings/roles/${role.id}`],
    'staff /settings/roles/:id/delete': [`/settings/roles/${role.id}/delete`],
    'staff /profile/security/factors/:id/name': [`/profile/security/factors/${passkeys.staff}/name`],
    'portal /profile/security/factors/:id/name': [`/profile/security/factors/${passkeys.portal}/name`],
    'staff /settings/explain': [
      '/settings/explain',
      `/settings/explain?account=${access.account_id}`,
      `/settings/explain?account=${access.account_id}&permission=desk.order.read&object=desk.order:${planned.id}`,
      '/settings/explain?who=a&what=a',
    ],
    'staff /settings/explain/who': [`/settings/explain/who?object=desk.order:${order.id}`],
    'staff /see-as/:account/{*path}': [`/see-as/${access.account_id}/`, `/see-as/${access.account_id}/orders/${order.id}`],
    'staff /settings/outgoing/:id': mail.id ? [`/settings/outgoing/${mail.id}`] : [],
    'staff /settings/audit/:id': [`/settings/audit/${entry.id}`],
    'staff /customers': ['/customers?all=1', '/customers?q=a&kind=company&sort=-number', '/customers?q=nothing-of-this-kind'],
    'staff /customers/picker': ['/customers/picker?q=a'],
    'staff /customers/views/:id': [`/customers/views/${view.insertId}`],
    'staff /customers/import/:id': [`/customers/import/${imported.customers}`, `/customers/import/${imported.customers}?show=refuse`],
    'staff /customers/import/:id/errors.csv': [],
    'staff /customers/export.csv': [],
    'staff /customers/:id/activity.csv': [],
    'staff /customers/:id/archive/:archive': [],
    'staff /customers/:id/activity': [`${customer}/activity`],
    'staff /customers/:id/branding': [`${customer}/branding`],
    'staff /customers/:id/erase': [`${customer}/erase`],
    'staff /customers/:id/tabs/:tab': [`${customer}/tabs/orders`, `${customer}/tabs/contracts`],
    'staff /customers/:id/contracts/new': [`${customer}/contracts/new`],
    'staff /customers/:id/contracts/:contract': [`${customer}/contracts/${contractId}`],
    'staff /settings/desk/levels/:level': [`/settings/desk/levels/${level}`],
    'staff /settings/desk/calendars/:calendar': [hours],
    'staff /settings/desk/calendars/:calendar/holidays': [`${hours}/holidays?year=2026`],
    'staff /settings/desk/calendars/:calendar/holidays/import': [`${hours}/holidays/import`],
    'staff /customers/new': ['/customers/new', '/customers/new?kind=company', '/customers/new?kind=person'],
    'staff /customers/:id': [customer],
    'staff /customers/:id/accesses/removed': [`${customer}/accesses/removed`],
    'staff /customers/:id/accesses': [`${customer}/accesses`],
    'staff /customers/:id/accesses/:access/options': [`${customer}/accesses/${access.id}/options`],
    'staff /customers/:id/accesses/:access/installations': [`${customer}/accesses/${access.id}/installations`],
    'staff /customers/:id/accesses/:access/projects': [`${customer}/accesses/${access.id}/projects`],
    'staff /customers/:id/accesses/:access/permissions': [`${customer}/accesses/${access.id}/permissions`],
    'staff /customers/:id/administrators': [`${customer}/administrators`],
    'staff /customers/:id/processors': [`${customer}/processors`],
    'staff /customers/accounts': ['/customers/accounts', '/customers/accounts?q=nobody-of-this-name'],
    'staff /customers/templates/:template': ['/customers/templates/1'],
    'staff /customers/templates/:template/apply': ['/customers/templates/1/apply'],
    'staff /customers/templates/runs/:run': [],
    'portal /my-access/:id/leave': [`/my-access/${access.id}/leave`],
    'portal /team': [],
    'portal /team/:id': [`/team/${report.customer_id}`],
    'portal /team/:id/new': [`/team/${report.customer_id}/new`],
    'portal /team/:id/:access': [`/team/${report.customer_id}/${colleague.id}`],
    'staff /customers/:id/accesses/new': [`${customer}/accesses/new`],
    'staff /customers/:id/accesses/:access': [`${customer}/accesses/${access.id}`],
    'staff /customers/:id/installations': [`${customer}/installations`],
    'staff /customers/:id/installations/new': [`${customer}/installations/new`],
    'staff /customers/:id/installations/:installation': [`${customer}/installations/${place.id}`],
    'staff /customers/:id/installations/picker': [`${customer}/installations/picker`],
    'staff /customers/:id/projects/picker': [`${customer}/projects/picker`],
    'staff /customers/:id/installations/:installation/labels': [`${customer}/installations/${place.id}/labels`],
    'staff /customers/:id/devices': [`${customer}/devices`, `${customer}/devices?q=nothing-of-this-kind`],
    'staff /customers/:id/devices/new': [`${customer}/devices/new`],
    'staff /customers/:id/devices/:device': [`${customer}/devices/${device.id}`],
    'staff /customers/:id/devices/:device/label': [`${customer}/devices/${device.id}/label`],
    'staff /customers/:id/projects': [`${customer}/projects`],
    'staff /customers/:id/projects/new': [`${customer}/projects/new`],
    'staff /customers/:id/projects/:project': [`/customers/${project.customer_id}/projects/${project.id}`],
    'staff /customers/:id/projects/:project/rows/new': [`/customers/${project.customer_id}/projects/${project.id}/rows/new`],
    'staff /customers/:id/projects/:project/rows/:row': [`/customers/${project.customer_id}/projects/${project.id}/rows/${project.row}`],
    'staff /orders/:id/rows/new': [`/orders/${priced.order_id}/rows/new`],
    'staff /orders/:id/rows/:row': [`/orders/${priced.order_id}/rows/${priced.id}`],
    'staff /orders/:id/visit': [`/orders/${worked.id}/visit`, `/orders/${planned.id}/visit`],
    'staff /orders/:id/times/new': [`/orders/${worked.id}/times/new`],
    'staff /orders/:id/times/:time': [`/orders/${worked.id}/times/${worked.time}`],
    'staff /orders/:id/sign': [`/orders/${worked.id}/sign`],
    'staff /orders/:id/report': [`/orders/${worked.id}/report`],
    'staff /orders/:id/report.pdf': [],
    'portal /orders/:id/report.pdf': [],
    'staff /catalog': ['/catalog', '/catalog?q=nothing-of-this-kind'],
    'staff /catalog/articles/:article': [`/catalog/articles/${article.id}`],
    'staff /catalog/checklists/:list': [`/catalog/checklists/${checklist.id}`],
    'staff /catalog/import/:id': [`/catalog/import/${imported.articles}`],
    'staff /catalog/import/:id/errors.csv': [],
    'staff /invoicing/:export': [`/invoicing/${handedOver.insertId}`],
    'staff /invoicing/:export/orders.csv': [],
    'staff /invoicing/:export/orders.json': [],
    'staff /quotations': ['/quotations', '/quotations?q=nothing-of-this-kind'],
    'staff /quotations/new': ['/quotations/new', `/quotations/new?customer=${report.customer_id}`],
    'staff /quotations/:id': [`/quotations/${draft.id}`, `/quotations/${accepted.id}`],
    'staff /quotations/:id/rows/new': [`/quotations/${draft.id}/rows/new`],
    'staff /quotations/:id/rows/:row': [`/quotations/${draft.id}/rows/${quoted.id}`],
    'staff /quotations/:id/edit': [`/quotations/${draft.id}/edit`],
    'staff /quotations/:id/send': [`/quotations/${draft.id}/send`],
    'staff /quotations/:id/paper': [`/quotations/${accepted.id}/paper`],
    'staff /quotations/:id/quotation.pdf': [],
    'staff /work-sheets/:customer/:month': [`/work-sheets/${report.customer_id}/${month}`],
    'staff /work-sheets/:customer/:month/sheet.pdf': [],
    'staff /work-sheets/:customer/:month/sheet.csv': [],
    'portal /quotations/:id': [`/quotations/${offered.id}`],
    'portal /quotations/:id/quotation.pdf': [],
    'portal /quotation/:token': [`/quotation/${link}`],
    'portal /quotation/:token/quotation.pdf': [],
    'portal /work-sheets/sheet.pdf': [],
    'staff /orders/:id/matter': [`/orders/${planned.id}/matter`],
    'portal /devices/:id': [`/devices/${device.id}`],
    'portal /d/:token': [`/d/${device.token}`],
    'portal /projects/:id': mine.id ? [`/projects/${mine.id}`] : [],
    'staff /settings/webhooks/:id': [`/settings/webhooks/${hook}`],
    'staff /settings/webhooks/:id/edit': [`/settings/webhooks/${hook}/edit`],
    'staff /settings/webhooks/:id/secret': [`/settings/webhooks/${hook}/secret`],
    'staff /settings/webhooks/:id/deliveries/:delivery': [`/settings/webhooks/${hook}/deliveries/${delivery}`],
    'staff /settings/single-sign-on': ['/settings/single-sign-on'],
    'staff /settings/single-sign-on/new': ['/settings/single-sign-on/new', '/settings/single-sign-on/new?preset=entra'],
    'staff /settings/single-sign-on/:provider': [`/settings/single-sign-on/${shared.id}`],
    'staff /sign-in/sso/:provider': ['/sign-in/sso/999999'],
    'portal /sign-in/sso/:provider': ['/sign-in/sso/999999'],
    'staff /customers/:id/sign-in': [`${customer}/sign-in`],
    'staff /customers/:id/sign-in/new': [`${customer}/sign-in/new`, `${customer}/sign-in/new?preset=google`],
    'staff /customers/:id/sign-in/:provider': [`${customer}/sign-in/${service.id}`],
    'staff /mailboxes/new': ['/mailboxes/new'],
    'staff /mailboxes/:mailbox': [`/mailboxes/${inbound.mailbox}`],
    'staff /mails': ['/mails', '/mails?view=stopped', '/mails?view=taken'],
    'staff /mails/:mail': [`/mails/${inbound.mail}`],
    'staff /mails/:mail/request': [`/mails/${inbound.mail}/request`],
    'staff /mails/:mail/reply': [`/mails/${inbound.mail}/reply`],
    'staff /requests/new': ['/requests/new', `/requests/new?customer=${report.customer_id}`],
    'staff /orders/new': ['/orders/new', `/orders/new?customer=${report.customer_id}`],
    'staff /orders/:id': [`/orders/${planned.id}`],
    'staff /orders/:id/plan': [`/orders/${planned.id}/plan`],
    'staff /orders/:id/work': [`/orders/${planned.id}/work`],
    'staff /reports/:id': [],
    'staff /reports': [],
    'staff /desk': [],
    'staff /desk/:view': ['/desk/mine', '/desk/reports', '/desk/all?q=nothing-of-this-kind', '/desk/all?priority=1'],
    'staff /desk/:view/:id': [`/desk/reports/${report.id}`, `/desk/all/${rejected.id}`],
    'staff /desk/templates': ['/desk/templates', '/desk/templates?q=nothing-of-this-kind'],
    'staff /desk/templates/:id': [`/desk/templates/${templates.text}`],
    'staff /desk/macros/:id': [`/desk/macros/${templates.macro}`],
    'staff /desk/acts/:id': [`/desk/acts/${act}`],
    'staff /desk/:view/:id/insert': [`/desk/reports/${report.id}/insert`],
    'staff /presence': [],
    'staff /desk/:view/:id/order': [`/desk/reports/${report.id}/order`],
    'staff /desk/:view/:id/reject': [`/desk/reports/${report.id}/reject`],
    'portal /orders/:id': [`/orders/${order.id}`],
    'portal /orders': ['/orders', '/orders?show=all'],
    'portal /reports/:id': [`/reports/${report.id}`],
    'portal /installations/:id': [`/installations/${place.id}`],
    'portal /search': ['/search?q=a', '/search?q=nothing-of-this-kind'],
    'staff /search': ['/search?q=a', '/search?q=a&kind=desk.order', '/search'],
  };
  return {
    staff: administrator,
    customer: { id: access.account_id! },
    paths({ site, path }) {
      const found = known[`${site} ${path}`];
      if (found) return found;
      if (path.includes(':token')) return [path.replace(':token', 'A'.repeat(43))];
      if (path.includes(':')) throw new Error(`no sample is known for ${site} ${path}`);
      return [path];
    },
  };
}

/** A mailbox that cannot be reached, mails that wait and that were stopped, a blocked sender. */
async function sampleMails({ db }: TestApp['app']): Promise<{ mailbox: number; mail: number }> {
  const now = new Date();
  const box = await db.of(Mailboxes).create({
    ...{ name: 'Support', address: 'support@fjord.test', plus: true, host: 'imap.fjord.test', port: 993, security: 'tls', user_name: 'support@fjord.test' },
    ...{ folder: 'INBOX', request_type: 'fault', active: false, error: 'getaddrinfo ENOTFOUND imap.fjord.test', created_at: now, updated_at: now },
  });
  const mail = (identity: string, more: object) =>
    db.of(Mails).create({
      ...{ mailbox_id: box.id, identity: identity.repeat(64), message_id: '<a@b.test>', sender: 'vera.lindholm@nordbruk.test', sender_name: 'Vera Lindholm' },
      ...{ subject: 'The door of the cold store does not close', received_at: now, sent_at: now, state: 'waiting' as const, reason: 'unknown' as const },
      text: 'Hello,\n\nsince this morning the door stays open by a hand. Could somebody come today?\n\n-- \nVera Lindholm\nNordbruk',
      ...more,
    });
  const { id } = await mail('1', { refused: JSON.stringify([{ name: 'door.exe', why: { key: 'core:files.wrongType', vars: { name: 'door.exe' } } }]) });
  await mail('2', { state: 'stopped', reason: 'automatic', subject: 'Out of office', sender: 'anna@else.test', sender_name: '' });
  await db.of(BlockedSenders).create({ address: 'offers@spam.test', created_at: now });
  return { mailbox: box.id, mail: id };
}

/** A file of customers and one of articles, each with a dry run that shows lines of several kinds. */
async function sampleImports({ db, service }: TestApp['app'], accountId: number): Promise<{ customers: number; articles: number }> {
  const account = await db.query<{ id: number; name: string; email: string }>('SELECT id, name, email FROM core_accounts WHERE id = ?', [accountId]);
  const actor = accountActor({ ...account[0]!, kind: 'staff', language: 'en', timeZone: 'UTC' });
  const judged = async (imports: FileImports, runs: { check(id: number, signal: AbortSignal): Promise<void> }, csv: string, mapping: string[]) => {
    const id = await imports.upload(actor, { name: 'import.csv', bytes: Buffer.from(csv) });
    await imports.check(actor, id, { mapping, invite: false });
    await runs.check(id, new AbortController().signal);
    return id;
  };
  const customers = 'Number;Company name;Contact person;E-mail;City\n;New Place AB;Ola;ola@new.test;Lund\n10001;;;;Ystad\n;;;broken;\n';
  const articles = 'Number;Text;Price\nT-100;Arbetstid;79,00\nX-1;Ny artikel;12,50\nX-2;;5,00\n';
  return {
    customers: await judged(service('customers', CustomerImports), service('customers', ImportJobs), customers, [
      ...['number', 'name', 'contact_person', 'email', 'city'],
    ]),
    articles: await judged(service('desk', ArticleImports), service('desk', ArticleImportRuns), articles, ['number', 'text', 'sales_price']),
  };
}
