import { z } from 'zod';
import { ticked } from '../http/input.js';

const line = (max: number) => z.string().trim().min(1).max(max);
const domain = /^(?=.{4,190}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

const wordsOf = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[\s,;]+/)
      .map((one) => one.replace(/^@/, ''))
      .filter(Boolean),
  ),
];

/** What is typed about a sign-in service. Domains are separated by commas or spaces. */
export const providerInput = z.object({
  name: line(60),
  kind: z.enum(['staff', 'customer']).default('staff'),
  issuer: z
    .string()
    .trim()
    .max(500)
    .refine((text) => /^https?:\/\/[^\s?#@]+$/.test(text) && URL.canParse(text), 'core:sso.error.issuer'),
  client_id: line(300),
  client_secret: z.string().trim().max(1000).default(''),
  domains: z
    .union([z.string().max(4000), z.array(z.string().max(190)).max(200)])
    .default('')
    .transform((typed) => wordsOf([typed].flat().join(' ')))
    .refine((list) => list.every((one) => domain.test(one)), 'core:sso.error.domains'),
  trust_email: ticked,
  second_factor: ticked,
  password_off: ticked,
  create_role: z
    .string()
    .max(40)
    .default('')
    .transform((role) => role || null),
  active: ticked,
});
