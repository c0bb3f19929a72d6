import { z } from 'zod';
import type { Access, Actor } from '../../access/types.js';
import type { Accounts } from '../../accounts/accounts.js';
import { UnauthenticatedError } from '../../errors.js';
import { signedIn } from '../../http/types.js';
import { time, type ApiModule } from '../../rest/types.js';

const me = z.object({
  id: z.number().int(),
  kind: z.enum(['staff', 'customer']),
  name: z.string(),
  email: z.string(),
  userName: z.string(),
  mobile: z.string().nullable(),
  language: z.string(),
  timeZone: z.string().describe('IANA name, such as Europe/Stockholm.'),
  lastSignInAt: time.nullable(),
  permissions: z.array(z.string()).describe('What the caller holds anywhere; a token holds at most what it was narrowed to.'),
});
const change = z.object({
  name: z.string().max(1000).optional(),
  mobile: z.string().max(1000).nullable().optional(),
  language: z.string().max(10).optional(),
  timeZone: z.string().max(100).optional(),
});

/** The caller's own account. */
export function meApi({ accounts, access }: { accounts: Accounts; access: Access }): ApiModule {
  const own = async (actor: Actor) => {
    const account = actor.account && (await accounts.get(actor.account.id));
    if (!account) throw new UnauthenticatedError();
    return account;
  };
  const answer = async (actor: Actor) => {
    const { id, kind, name, email, userName, mobile, language, timeZone, lastSignInAt } = await own(actor);
    return { id, kind, name, email, userName, mobile, language, timeZone, lastSignInAt, permissions: [...(await access.held(actor))].sort() };
  };
  return (api) => {
    api.on('get', '/me', signedIn(), { summary: 'The own account and what it may do', response: me }, ({ actor }) => answer(actor));
    api.on('patch', '/me', signedIn('write'), { summary: 'Change the own profile', body: change, response: me }, async ({ actor, body }) => {
      const { name, mobile, language, timeZone } = await own(actor);
      await accounts.updateProfile(actor, {
        name: body.name ?? name,
        mobile: (body.mobile === undefined ? mobile : body.mobile) ?? '',
        language: body.language ?? language,
        timeZone: body.timeZone ?? timeZone,
      });
      return answer(actor);
    });
  };
}
