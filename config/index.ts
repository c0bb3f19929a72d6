import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { projectRoot } from '../core/paths.js';
import { didYouMean } from './did-you-mean.js';
import { readEnvironment, variableNames, type Override } from './environment.js';
import { schema, type Config } from './schema.js';

export type { Config } from './schema.js';

/** The configuration is wrong. Every problem is one line that names the key, never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: string[]) {
    super(`The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

/** Reads `config/portico.yaml` (or `file`, or PORTICO_CONFIG), lets the environment override it, and checks the whole. @throws ConfigError */
export function loadConfig(options: { env: NodeJS.ProcessEnv; file?: string }): Config {
  const problems: string[] = [];
  const named = options.file ?? options.env['PORTICO_CONFIG'];
  const values = readFile(named ? resolve(named) : join(projectRoot, 'config/portico.yaml'), Boolean(named), problems);
  if ('production' in values) problems.push('production: is set by NODE_ENV=production, not in the file');
  const overrides = readEnvironment(
    options.env,
    (name, what) => problems.push(`${name}: ${what}`),
    (name) => problems.push(`${name}: is not known${hint(name, variableNames)}`),
  );
  for (const { path, value } of overrides) put(values, path.split('.'), value);
  values['production'] = options.env['NODE_ENV'] === 'production';

  const parsed = schema.safeParse(values);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => describe(issue, overrides)));
  if (!parsed.success || problems.length > 0) throw new ConfigError([...new Set(problems)]);
  const config = parsed.data;
  config.dataDir = resolve(projectRoot, config.dataDir);
  for (const { tls } of Object.values(config.sites)) if (tls) Object.assign(tls, { cert: resolve(projectRoot, tls.cert), key: resolve(projectRoot, tls.key) });
  return freeze(config);
}

type Tree = Record<string, unknown>;

function readFile(file: string, required: boolean, problems: string[]): Tree {
  if (!existsSync(file)) {
    if (required) problems.push(`PORTICO_CONFIG: there is no file ${file}`);
    return {};
  }
  const document = parseDocument(readFileSync(file, 'utf8'), { prettyErrors: false });
  for (const error of document.errors) {
    // The parser's own text may quote the line, and with it a password.
    const line = readFileSync(file, 'utf8').slice(0, error.pos[0]).split('\n').length;
    problems.push(`${file}: line ${line} is not valid YAML`);
  }
  if (document.errors.length > 0) return {};
  const values: unknown = document.toJS();
  if (values === null || values === undefined) return {};
  if (typeof values === 'object' && !Array.isArray(values)) return values as Tree;
  problems.push(`${file}: must hold keys and values`);
  return {};
}

function put(tree: Tree, path: string[], value: unknown): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) tree[head] = value;
  else {
    const inner = tree[head];
    const next: Tree = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Tree) : {};
    tree[head] = next;
    put(next, rest, value);
  }
}

/** One line per problem: the variable or key, and what it must be. */
function describe(issue: z.core.$ZodIssue, overrides: readonly Override[]): string[] {
  const path = issue.path.map(String);
  const key = path.filter((part) => !/^\d+$/.test(part)).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => `${[...path, name].join('.')}: is not known${hint([...path, name].join('.'), keysOf(schema))}`);
  }
  const name = overrides.find((override) => override.path === key)?.name;
  return [`${name ? `${name} (${key})` : key}: ${reason(issue)}`];
}

function reason(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? `is missing or not of type ${issue.expected}` : `must be of type ${issue.expected}`;
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message;
  }
}

function hint(typed: string, known: readonly string[]): string {
  const meant = didYouMean(typed, known);
  return meant ? `; did you mean ${meant}?` : '';
}

/** All keys of the schema, dotted, branches included. */
function keysOf(type: z.ZodType, prefix = ''): string[] {
  const inner = unwrap(type);
  if (!('shape' in inner)) return [];
  return Object.entries(inner.shape as Record<string, z.ZodType>)
    .filter(([name]) => name !== 'production')
    .flatMap(([name, child]) => [prefix + name, ...keysOf(child, `${prefix}${name}.`)]);
}

function unwrap(type: z.ZodType): z.ZodType {
  const { innerType } = type.def as { innerType?: z.ZodType };
  return innerType ? unwrap(innerType) : type;
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner as object);
  return Object.freeze(value);
}
