import { z } from 'zod';

const port = z.int().min(1).max(65_535);
const webAddress = z
  .string()
  .refine((text) => /^https?:\/\/[^/\s?#]+\/?$/.test(text) && URL.canParse(text), 'must be the address of a site, such as https://help.example.com');
const address = (schemes: string[], example: string) =>
  z
    .string()
    .refine((text) => schemes.some((scheme) => text.startsWith(scheme)) && URL.canParse(text), `must begin with ${schemes.join(' or ')}, such as ${example}`);
const tls = z
  .strictObject({ cert: z.string().min(1), key: z.string().min(1) })
  .nullable()
  .default(null);
const host = z.string().min(1).default('127.0.0.1');

/** Everything that must be known before the database is open. All other settings are made in the user interface. */
export const schema = z.strictObject({
  dataDir: z.string().min(1).default('data'),
  database: z
    .strictObject({
      url: z
        .string()
        .refine(
          (text) => text === '' || text.startsWith('sqlite:') || (/^(mysql|mariadb):\/\//.test(text) && URL.canParse(text)),
          'must be empty (SQLite in dataDir), sqlite:<file> or mysql://user:password@host/database',
        )
        .transform((text) => text || 'sqlite:portico.sqlite')
        .prefault(''),
    })
    .prefault({}),
  redis: z.strictObject({ url: address(['redis://', 'rediss://'], 'redis://127.0.0.1:6379').nullable().default(null) }).prefault({}),
  sites: z
    .strictObject({
      staff: z.strictObject({ port: port.default(8080), host, baseUrl: webAddress.nullable().default(null), tls }).prefault({}),
      portal: z.strictObject({ port: port.nullable().default(null), host, baseUrl: webAddress.nullable().default(null), tls }).prefault({}),
    })
    .prefault({}),
  trustedProxies: z
    .array(z.string().regex(/^(loopback|linklocal|uniquelocal|[\da-fA-F.:]+(\/\d{1,3})?)$/, 'must be addresses or networks, such as 10.0.0.0/8, or loopback'))
    .default([]),
  mail: z.strictObject({ url: address(['smtp://', 'smtps://'], 'smtp://user:password@mail.example.com:587').nullable().default(null) }).prefault({}),
  sms: z.strictObject({ url: address(['https://', 'http://'], 'https://sms-proxy.example.com').nullable().default(null) }).prefault({}),
  outgoing: z
    .strictObject({
      allow: z.array(z.string().regex(/^(loopback|[\da-fA-F.:]+(\/\d{1,3})?)$/, 'must be addresses or networks, such as 10.0.0.0/8, or loopback')).default([]),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info') }).prefault({}),
  safeMode: z.boolean().default(false),
  /** NODE_ENV=production: no development license keys, templates compiled once. Not a key of the file. */
  production: z.boolean().default(false),
});

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
/** The configuration, complete and frozen. `sites.portal.port` is null unless it overrides the setting of the user interface. */
export type Config = Frozen<z.infer<typeof schema>>;
