import { z } from 'zod';
import type { Accounts } from '../../accounts/accounts.js';
import type { Roles } from '../../accounts/roles.js';
import type { StaffDirectory } from '../../accounts/staff-directory.js';
import type { Actor } from '../../access/types.js';
import { decodeCursor, encodeCursor } from '../../database/cursor.js';
import type { Database } from '../../database/types.js';
import { NotFoundError } from '../../errors.js';
import { guard } from '../../http/types.js';
import { listOf, listQuery, time, type ApiModule } from '../../rest/types.js';

export interface AccountApiDeps {
  db: Database;
  accounts: Accounts;
  directory: StaffDirectory;
  roles: Roles;
}
const account = z.object({
  id: z.number().int(),
  name: z.string(),
  email: z.string(),
  userName: z.string(),
  mobile: z.string().nullable(),
  language: z.string(),
  timeZone: z.string(),
  status: z.enum(['invited', 'active', 'disabled']),
  roles: z.array(z.string()),
  lastSignInAt: time.nullable(),
});
const newAccount = z.object({
  name: z.string().max(1000),
  email: z.string().max(1000),
  mobile: z.string().max(40).nullish(),
  language: z.string().max(10).optional(),
  timeZone: z.string().max(100).optional(),
  roles: z.array(z.string().max(40)).max(20).describe('Ids of roles, such as `agent`.'),
});

/** Accounts of staff. Those of customers are reached by their accesses. */
export function accountApi({ db, accounts, directory, roles }: AccountApiDeps): ApiModule {
  const read = guard('core.accounts.manage');
  const write = guard('core.accounts.manage', 'write');
  const staff = async (id: number) => {
    const found = await accounts.get(id);
    if (found?.kind !== 'staff') throw new NotFoundError();
    return toAnswer(found, (await roles.of([id])).get(id) ?? []);
  };
  return (api) => {
    api.on(
      'get',
      '/accounts',
      read,
      {
        summary: 'Accounts of staff, by name',
        query: listQuery.extend({ q: z.string().max(100).optional().describe('Part of name, mail or user name.') }),
        response: listOf(account),
      },
      async ({ actor, query }) => {
        const place = decodeCursor(query.after, 2);
        const after = place && { name: String(place[0]), id: Number(place[1]) };
        const { entries, next } = await directory.list(actor, { search: query.q, after, limit: query.limit });
        return { items: entries.map((entry) => toAnswer(entry.account, entry.roles)), next: next && encodeCursor(next.name, next.id) };
      },
    );
    api.on('get', '/accounts/:id', read, { summary: 'One account of staff', response: account }, ({ id }) => staff(id()));
    api.on(
      'post',
      '/accounts',
      write,
      { summary: 'Add an account of staff and send its invitation', body: newAccount, response: account, status: 201 },
      ({ actor, body }) =>
        db.transaction(async () => {
          const { id } = await accounts.create(actor, { kind: 'staff', ...body });
          await accounts.invite(actor, id, 'staff');
          return staff(id);
        }),
    );
    api.on(
      'put',
      '/accounts/:id/roles',
      write,
      { summary: 'Give an account exactly these roles', body: newAccount.pick({ roles: true }), response: account },
      async (c) => {
        await staff(c.id());
        await accounts.setRoles(c.actor, c.id(), c.body.roles);
        return staff(c.id());
      },
    );
    const action = (name: string, summary: string, act: (actor: Actor, id: number) => Promise<void>) =>
      api.on('post', `/accounts/:id/${name}`, write, { summary, response: account }, async ({ actor, id }) => {
        await staff(id());
        await act(actor, id());
        return staff(id());
      });
    action('disable', 'End what an account can do, at once', (actor, id) => accounts.disable(actor, id));
    action('enable', 'Let a disabled account in again', (actor, id) => accounts.enable(actor, id));
    action('invite', 'Send the invitation again; the older link is dead then', (actor, id) => accounts.invite(actor, id, 'staff'));
  };
}

function toAnswer(found: NonNullable<Awaited<ReturnType<Accounts['get']>>>, roles: string[]) {
  const { id, name, email, userName, mobile, language, timeZone, status, lastSignInAt } = found;
  return { id, name, email, userName, mobile, language, timeZone, status, roles, lastSignInAt };
}
