import { z } from 'zod';
import type { EmailCodes } from '../accounts/factors/email-codes.js';
import type { PasskeyFactor } from '../accounts/factors/passkeys.js';
import { ways as allWays, type Way } from '../accounts/factors/second-factors.js';
import type { PageContext } from '../http/types.js';

/** Whatever stands in a field of a sign-in form, the answer has one shape: wrong. */
export const typed = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value : ''));
/** What the forms send with which a person shows who they are. */
export const proofShape = z.object({
  way: z.enum(['password', ...allWays]).catch('password'),
  password: typed,
  code: typed,
  response: typed,
  next: typed,
});
type AnyWay = Way | 'password';

/** The way that the form, or a link, names, if it is one of those on offer; else the first. */
export function chosenWay<W extends AnyWay>(named: unknown, offered: readonly W[]): W | undefined {
  return offered.find((way) => way === named) ?? offered[0];
}

/** What the partial `ui/proof` shows of one way, and the links to the others. */
export async function proofView(
  c: PageContext,
  { passkeys, emailCodes }: { passkeys: PasskeyFactor; emailCodes: EmailCodes },
  asked: { owner: string; accountId: number; offered: readonly AnyWay[]; way: AnyWay; path: string; next?: string },
) {
  const { owner, accountId, offered, way, path, next } = asked;
  const query = (other: string) => `${path}?${new URLSearchParams(next === undefined ? { way: other } : { way: other, next })}`;
  return {
    way,
    action: path,
    next: next ?? '',
    options: way === 'passkey' ? await passkeys.request(owner, c.site, accountId) : '',
    sent: way === 'email' && (await emailCodes.sent(owner)),
    others: offered.filter((other) => other !== way).map((other) => ({ label: c.t(`core:proof.use.${other}`), href: query(other) })),
  };
}
