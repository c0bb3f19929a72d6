import { readFileSync } from 'node:fs';

interface Variable {
  path: string;
  kind: 'text' | 'number' | 'switch' | 'list';
  /** May also be read from the file that `<name>_FILE` names, so that it is not in the process's environment. */
  secret?: boolean;
}

const variables: Readonly<Record<string, Variable>> = {
  PORTICO_DATA_DIR: { path: 'dataDir', kind: 'text' },
  PORTICO_DATABASE_URL: { path: 'database.url', kind: 'text', secret: true },
  PORTICO_REDIS_URL: { path: 'redis.url', kind: 'text', secret: true },
  PORTICO_STAFF_PORT: { path: 'sites.staff.port', kind: 'number' },
  PORTICO_STAFF_HOST: { path: 'sites.staff.host', kind: 'text' },
  PORTICO_STAFF_BASE_URL: { path: 'sites.staff.baseUrl', kind: 'text' },
  PORTICO_STAFF_TLS_CERT: { path: 'sites.staff.tls.cert', kind: 'text' },
  PORTICO_STAFF_TLS_KEY: { path: 'sites.staff.tls.key', kind: 'text' },
  PORTICO_PORTAL_PORT: { path: 'sites.portal.port', kind: 'number' },
  PORTICO_PORTAL_HOST: { path: 'sites.portal.host', kind: 'text' },
  PORTICO_PORTAL_BASE_URL: { path: 'sites.portal.baseUrl', kind: 'text' },
  PORTICO_PORTAL_TLS_CERT: { path: 'sites.portal.tls.cert', kind: 'text' },
  PORTICO_PORTAL_TLS_KEY: { path: 'sites.portal.tls.key', kind: 'text' },
  PORTICO_TRUSTED_PROXIES: { path: 'trustedProxies', kind: 'list' },
  PORTICO_MAIL_URL: { path: 'mail.url', kind: 'text', secret: true },
  PORTICO_SMS_URL: { path: 'sms.url', kind: 'text' },
  PORTICO_OUTGOING_ALLOW: { path: 'outgoing.allow', kind: 'list' },
  PORTICO_LOG_LEVEL: { path: 'log.level', kind: 'text' },
  PORTICO_SAFE_MODE: { path: 'safeMode', kind: 'switch' },
};
/** Read elsewhere: the configuration's own place, what a test run and the build use. */
const reserved = /^PORTICO_(CONFIG$|TEST_|BENCH_|BUILD_)/;

export const variableNames = Object.entries(variables).flatMap(([name, { secret }]) => (secret ? [name, `${name}_FILE`] : [name]));

export interface Override {
  name: string;
  path: string;
  value: unknown;
}

/** The PORTICO_ variables as values for keys; an empty one counts as not set. */
export function readEnvironment(env: NodeJS.ProcessEnv, problem: (name: string, what: string) => void, unknown: (name: string) => void): Override[] {
  const overrides: Override[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('PORTICO_') || reserved.test(name) || text === undefined || text === '') continue;
    const plain = name.replace(/_FILE$/, '');
    const variable = variables[name] ?? (variables[plain]?.secret ? variables[plain] : undefined);
    if (!variable) unknown(name);
    else if (plain !== name && env[plain]) problem(name, `is set together with ${plain}; keep one of them`);
    else {
      const value = plain === name ? text : contents(text);
      if (value === null) problem(name, 'names a file that cannot be read');
      else overrides.push({ name, path: variable.path, value: convert(variable.kind, value) });
    }
  }
  return overrides;
}

function contents(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

/** What does not convert stays text and is refused by the schema, with the key's name. */
function convert(kind: Variable['kind'], text: string): unknown {
  if (kind === 'number') return /^\d+$/.test(text) ? Number(text) : text;
  if (kind === 'list')
    return text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  if (kind === 'switch') return /^(1|true|yes|on)$/i.test(text) ? true : /^(0|false|no|off)$/i.test(text) ? false : text;
  return text;
}
