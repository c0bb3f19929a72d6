import { z } from 'zod';
import type { SecondFactors } from '../accounts/factors/second-factors.js';
import type { Role, Roles } from '../accounts/roles.js';
import type { Accounts } from '../accounts/accounts.js';
import type { StaffCursor, StaffDirectory, StaffEntry } from '../accounts/staff-directory.js';
import { NotFoundError } from '../errors.js';
import { guard, stepUp, type FormState, type PageContext, type PageModule } from '../http/types.js';
import type { Database } from '../database/types.js';
import { languageOptions, type Option } from './account-pages.js';
import { roleHint, roleLabel, showEffect } from './role-effects.js';

export interface AccountPageDeps {
  db: Database;
  accounts: Accounts;
  directory: StaffDirectory;
  roles: Roles;
  factors: Pick<SecondFactors, 'list'>;
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

/** Staff accounts, who invites whom, and who holds which role. Register it before the settings pages. */
export function accountPages(deps: AccountPageDeps): PageModule {
  const { accounts, db } = deps;
  return (page) => {
    page.get('/settings/accounts', read, async (c) => {
      const { q, after } = c.query(z.object({ q: z.string().max(200).catch(''), after: z.string().max(800).optional().catch(undefined) }));
      const { entries, next } = await deps.directory.list(c.actor, { search: q, after: readCursor(after), limit: pageSize });
      const all = await deps.roles.list();
      const title = c.t('core:accounts.title');
      const query = new URLSearchParams({ q, after: next === null ? '' : writeCursor(next) });
      c.view(
        'core/accounts',
        { title, q, entries: entries.map((entry) => toLine(c, entry, all)), next: next === null ? null : `/settings/accounts?${query}` },
        { title },
      );
    });

    page.form('/settings/accounts/new', write, {
      schema: z.object({
        name: z.string().max(1000),
        email: z.string().max(1000),
        mobile: z.string().max(1000).default(''),
        role: z.string().max(40),
        language: z.string().max(10),
      }),
      initial: (c) => ({ role: 'agent', language: c.language }),
      async show(c, form) {
        const title = c.t('core:accounts.new.title');
        const data = { form, title, roles: await roleOptions(deps, c), languages: languageOptions(deps.languages()), sendsCodes: accounts.sendsCodes() };
        c.view('core/account-new', data, { title });
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
      schema: z.object({ roles: list, step: z.enum(['preview', 'apply', 'edit']).default('preview') }),
      initial: async (c) => ({ roles: (await deps.roles.of([c.id()])).get(c.id()) ?? [] }),
      show: (c, form) => showAccount(deps, c, form),
      async submit(c, input) {
        const account = await staffAccount(deps, c);
        const back = `/settings/accounts/${account.id}`;
        if (input.step === 'edit') return showAccount(deps, c, { values: input, errors: {}, summary: [] });
        const plan = await accounts.planRoles(c.actor, account.id, input.roles);
        const { before, after } = await labels(deps, c, account.id, input.roles);
        if (before === after) return c.redirect(back, { key: 'core:roles.toast.nothing', tone: 'info' });
        if (input.step === 'preview') {
          const fields = input.roles.map((value) => ({ name: 'roles', value }));
          return showEffect(c, plan, {
            title: c.t('core:roles.effect.account', { name: account.name }),
            action: back,
            fields,
            changes: [{ label: c.t('core:accounts.field.roles'), before, after }],
          });
        }
        const { undo } = await accounts.setRoles(c.actor, account.id, input.roles);
        c.redirect(back, { key: 'core:accounts.toast.roles', undo: `/settings/roles/undo/${undo}` });
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
    explains: c.may('core.access.explain'),
  };
  c.view('core/account', data, { title: account.name });
}

function statusOf(c: PageContext, { account, invitation }: StaffEntry): { text: string; tone: string } {
  const status = account.status === 'invited' && invitation.status !== 'none' ? invitation.status : account.status;
  return { text: c.t(`core:accounts.status.${status}`), tone: tones[status] ?? 'muted' };
}

function toLine(c: PageContext, entry: StaffEntry, all: readonly Role[]) {
  return { ...entry.account, status: statusOf(c, entry), roles: entry.roles.map((id) => nameOf(c, all, id)).join(', ') };
}

async function roleOptions({ roles }: AccountPageDeps, c: PageContext): Promise<(Option & { hint: string })[]> {
  return (await roles.list()).map((role) => ({ value: role.id, label: roleLabel(c, role), hint: roleHint(c, role) }));
}

/** The roles of an account as texts, now and as chosen. */
async function labels({ roles }: AccountPageDeps, c: PageContext, accountId: number, chosen: readonly string[]): Promise<{ before: string; after: string }> {
  const all = await roles.list();
  const text = (ids: readonly string[]) =>
    all
      .filter((role) => ids.includes(role.id))
      .map((role) => roleLabel(c, role))
      .join(', ');
  return { before: text((await roles.of([accountId])).get(accountId) ?? []), after: text(chosen) };
}

function nameOf(c: PageContext, all: readonly Role[], id: string): string {
  const role = all.find((one) => one.id === id);
  return role === undefined ? id : roleLabel(c, role);
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
