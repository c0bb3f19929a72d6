import { z } from 'zod';

/** What is counted: people of the service company, accounts of customers, devices, remote connections at a time. */
export const seatKinds = ['staff', 'customerAccounts', 'devices', 'tunnels'] as const;
export type SeatKind = (typeof seatKinds)[number];

const name = z.string().min(1).max(200);
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
/** Seconds since 1970, UTC. The bound keeps every date within what JavaScript can show. */
const instant = z.int().min(0).max(8_000_000_000);
const days = z.int().min(0).max(366);
const seats = z.int().min(0).max(1_000_000_000);
const limits = z.strictObject({ staff: seats.optional(), customerAccounts: seats.optional(), devices: seats.optional(), tunnels: seats.optional() });

/** The signed content, closed: a member that is not named here makes the file unreadable. */
export const licensePayload = z
  .strictObject({
    ver: z.literal(1),
    id,
    /** Grows with each re-issue of the same license. */
    rev: z.int().min(1).max(1_000_000),
    licensee: z.strictObject({ id, name }),
    edition: name,
    kind: z.enum(['trial', 'term', 'perpetual']),
    iat: instant,
    nbf: instant,
    exp: instant.optional(),
    warnDays: days,
    graceDays: days,
    modules: z.array(z.strictObject({ id, nbf: instant.optional(), exp: instant.optional(), limits: limits.optional() })).max(200),
    limits,
    bind: z.discriminatedUnion('to', [
      z.strictObject({ to: z.literal('none') }),
      z.strictObject({ to: z.literal('instance'), id: name }),
      z.strictObject({ to: z.literal('url'), url: z.url().max(300) }),
    ]),
    /** Ids of licenses that this one replaces for good. */
    supersedes: z.array(id).max(200),
  })
  .refine((p) => (p.kind === 'perpetual') === (p.exp === undefined), 'only a perpetual license has no end')
  .refine((p) => p.exp === undefined || p.exp > p.nbf, 'the end lies before the start')
  .refine((p) => new Set(p.modules.map((m) => m.id)).size === p.modules.length, 'a module is named twice');

export type LicensePayload = z.output<typeof licensePayload>;
