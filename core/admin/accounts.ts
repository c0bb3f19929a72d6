import { z } from 'zod';
import type { SecondFactors } from '../accounts/factors/second-factors.js';
import { roleHolds, type Roles } from '../accounts/roles.js';
import type { Accounts } from '../accounts/accounts.js';
import type { StaffCursor, StaffDirectory, StaffEntry } from '../accounts/staff-directory.js';
import { NotFoundError } from '../errors.js';
import type { Catalog } from '../access/rights.js';
import { guard, stepUp, type FormState, type PageContext, type PageModule } from '../http/types.js';
import type { Database } from '../database/types.js';
import { languageOptions, type Option } from './account-pages.js';

export interface AccountPageDeps {
  db: Database;
  accounts: Accounts;
  directory: StaffDirectory;
  roles: Roles;
  factors: Pick<SecondFactors, 'list'>;
  catalog: () => Catalog;
  languages: () => readonly string[];
}
const pageSize = 50;
const read = guard('core.accounts.manage');
const write = guard('core.accounts.manage', 'write');
const list = z
  .union([
    z
      .string()
      .max(40)
      .transform((one) => [one]),
    z.array(z.string().max(40)).max(20),
  ])
  .default([]);
const tones: Record<string, string> = { active: 'ok', disabled: 'muted', invited: 'info', opened: 'info', expired: 'warn' };

/** Staff accounts, who invites whom, and which role holds what. Register it before the settings pages. */
export function accountPages(deps: AccountPageDeps): PageModule {
  const { accounts, db } = deps;
  return (page) => {
    page.get('/settings/accounts', read, async (c) => {
      const { q, after } = c.query(z.object({ q: z.string().max(200).catch(''), after: z.string().max(800).optional().catch(undefined) }));
      const { entries, next } = await deps.directory.list(c.actor, { search: q, after: readCursor(after), limit: pageSize });
      const title = c.t('core:accounts.title');
      const query = new URLSearchParams({ q, after: next === null ? '' : writeCursor(next) });
      c.view(
        'core/accounts',
        { title, q, entries: entries.map((entry) => toLine(c, entry)), next: next === null ? null : `/settings/accounts?${query}` },
        { title },
      );
    });

    page.form('/settings/accounts/new', write, {
      schema: z.object({ name: z.string().max(1000), email: z.string().max(1000), role: z.string().max(40), language: z.string().max(10) }),
      initial: (c) => ({ role: 'agent', language: c.language }),
      async show(c, form) {
        const title = c.t('core:accounts.new.title');
        c.view('core/account-new', { form, title, roles: await roleOptions(deps, c), languages: languageOptions(deps.languages()) }, { title });
      },
      async submit(c, { role, ...input }) {
        const created = await db.transaction(async () => {
          const account = await accounts.create(c.actor, { kind: 'staff', roles: [role], ...input });
          await accounts.invite(c.actor, account.id, c.site);
          return account;
        });
        c.redirect(`/settings/accounts/${created.id}`, { key: 'core:accounts.toast.invited', vars: { email: created.email } });
      },
    });

    page.form('/settings/accounts/:id', write, {
      schema: z.object({ roles: list }),
      initial: async (c) => ({ roles: (await deps.roles.of([c.id()])).get(c.id()) ?? [] }),
      show: (c, form) => showAccount(deps, c, form),
      async submit(c, input) {
        await accounts.setRoles(c.actor, c.id(), input.roles);
        c.redirect(`/settings/accounts/${c.id()}`, { key: 'core:accounts.toast.roles' });
      },
    });

    const action = (name: string, key: string, act: (c: PageContext, id: number) => Promise<void>, undo?: string, who = write): void =>
      page.post(`/settings/accounts/:id/${name}`, who, async (c) => {
        const account = await staffAccount(deps, c);
        await act(c, account.id);
        const vars = { name: account.name, email: account.email };
        c.redirect(`/settings/accounts/${account.id}`, { key, vars, ...(undo === undefined ? {} : { undo: `/settings/accounts/${account.id}/${undo}` }) });
      });
    action('disable', 'core:accounts.toast.disabled', (c, id) => accounts.disable(c.actor, id), 'enable');
    action('enable', 'core:accounts.toast.enabled', (c, id) => accounts.enable(c.actor, id));
    action('reset-factors', 'core:accounts.toast.reset', (c, id) => accounts.resetFactors(c.actor, id), undefined, stepUp(write));
    action('invite', 'core:accounts.toast.invited', (c, id) => accounts.invite(c.actor, id, c.site));

    page.get('/settings/roles', read, async (c) => {
      const title = c.t('core:roles.title');
      c.view('core/roles', { title, ...(await matrix(deps, c)) }, { title });
    });
  };
}

/** Customers' accounts are managed where their accesses are; here they do not exist. */
async function staffAccount({ accounts }: AccountPageDeps, c: PageContext) {
  const account = await accounts.get(c.id());
  if (account?.kind !== 'staff') throw new NotFoundError();
  return account;
}

async function showAccount(deps: AccountPageDeps, c: PageContext, form: FormState): Promise<void> {
  const account = await staffAccount(deps, c);
  const invitation = await deps.accounts.invitation(account.id);
  const held = (await deps.roles.of([account.id])).get(account.id) ?? [];
  const data = {
    form,
    account,
    title: account.name,
    status: statusOf(c, { account, invitation, roles: held }),
    invitation,
    roles: await roleOptions(deps, c),
    factors: await deps.factors.list(account.id),
    own: account.id === c.actor.account?.id,
  };
  c.view('core/account', data, { title: account.name });
}

function statusOf(c: PageContext, { account, invitation }: StaffEntry): { text: string; tone: string } {
  const status = account.status === 'invited' && invitation.status !== 'none' ? invitation.status : account.status;
  return { text: c.t(`core:accounts.status.${status}`), tone: tones[status] ?? 'muted' };
}

function toLine(c: PageContext, entry: StaffEntry) {
  return { ...entry.account, status: statusOf(c, entry), roles: entry.roles.map((role) => c.t(`core:role.${role}`)).join(', ') };
}

async function roleOptions({ roles }: AccountPageDeps, c: PageContext): Promise<(Option & { hint: string })[]> {
  return (await roles.list()).map(({ id }) => ({ value: id, label: c.t(`core:role.${id}`), hint: c.t(`core:role.${id}.help`) }));
}

async function matrix({ roles, catalog }: AccountPageDeps, c: PageContext) {
  const permissions = catalog();
  const all = await roles.list();
  const groups = new Map<string, { name: string; rows: { label: string; help: string; holds: boolean[] }[] }>();
  for (const [id, decl] of permissions) {
    if (decl.audience === 'customer') continue;
    const plugin = id.slice(0, id.indexOf('.'));
    const key = `${plugin}:permission.${id.slice(plugin.length + 1)}`;
    let group = groups.get(plugin);
    if (group === undefined) groups.set(plugin, (group = { name: c.t(plugin === 'core' ? 'core:roles.core' : `${plugin}:plugin.name`), rows: [] }));
    group.rows.push({ label: c.t(key), help: c.t(`${key}.help`), holds: all.map((role) => roleHolds(role, id, permissions)) });
  }
  return { roles: all.map(({ id, allCustomers }) => ({ name: c.t(`core:role.${id}`), allCustomers })), groups: [...groups.values()] };
}

function writeCursor(cursor: StaffCursor): string {
  return Buffer.from(JSON.stringify([cursor.name, cursor.id])).toString('base64url');
}
function readCursor(text: string | undefined): StaffCursor | null {
  try {
    const [name, id] = z.tuple([z.string(), z.number().int()]).parse(JSON.parse(Buffer.from(text ?? '', 'base64url').toString()));
    return { name, id };
  } catch {
    return null;
  }
}
