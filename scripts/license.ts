import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { ConfigError, loadConfig } from '../config/index.js';
import { systemActor } from '../core/access/actors.js';
import { recordInstall } from '../core/admin/license-pages.js';
import { AuditLog } from '../core/audit/audit-log.js';
import { migrate } from '../core/database/migrate.js';
import { openDatabase } from '../core/database/open.js';
import { licenseStore } from '../core/database/stores.js';
import { AppError, type Message } from '../core/errors.js';
import { createSigningKey, readLicense, writeLicense, type SigningKey } from '../core/license/format.js';
import { LicenseService } from '../core/license/license-service.js';
import { seatKinds, type LicensePayload } from '../core/license/payload.js';
import type { LicensePreview } from '../core/license/preview.js';
import { outRoot, projectRoot } from '../core/paths.js';
import { discover, pluginFolders } from '../core/plugin/discovery.js';
import { StartError } from '../core/start-error.js';
import { addCoreTexts, createTranslator } from '../core/views/translator.js';

interface IssueOptions {
  dev?: boolean;
  key?: string;
  payload?: string;
  id: string;
  rev: number;
  licensee: string;
  edition: string;
  kind: LicensePayload['kind'];
  days: number;
  from?: Date;
  modules: string[];
  limit: LicensePayload['limits'];
  instance?: string;
  url?: string;
  supersedes: string[];
  out?: string;
}

const production = process.env['NODE_ENV'] === 'production';
const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
const whole = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};
const day = (text: string): Date => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('It must be a date such as 2027-03-31.');
  return date;
};
function limit(text: string, limits: LicensePayload['limits']): LicensePayload['limits'] {
  const [name, count] = text.split('=');
  const kind = seatKinds.find((known) => known === name);
  if (!kind || count === undefined) throw new InvalidArgumentError(`It must look like staff=25; known are ${seatKinds.join(', ')}.`);
  return { ...limits, [kind]: whole(count) };
}

const program = new Command('license').description('Makes, shows, verifies and installs Portico license files.').showHelpAfterError();

program
  .command('keygen <kid>')
  .description('makes a key pair; keep the file secret and add the printed line to config/license-keys.ts')
  .option('-o, --out <file>', 'file for the private key', 'license-key.json')
  .action((kid: string, { out }: { out: string }) => {
    if (!/^[a-z0-9-]{1,40}$/.test(kid)) throw new StartError('The name of a key has only a-z, 0-9 and hyphens, at most 40.');
    const key = createSigningKey(kid);
    writeFileSync(out, `${JSON.stringify(key, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    console.log(`The private key is in ${out}. Add this line to config/license-keys.ts:\n  { kid: '${kid}', publicKey: '${key.publicKey}' },`);
  });

program
  .command('issue')
  .description('signs a license')
  .option('--dev', 'sign with the development key (refused in production)')
  .option('--key <file>', 'private key made by keygen')
  .option('--payload <file>', 'take the whole content from a JSON file instead of the options below')
  .option('--id <id>', 'id of the license', 'DEV-1')
  .option('--rev <n>', 'revision; grows with each re-issue', whole, 1)
  .option('--licensee <name>', 'who may use it', 'Development')
  .option('--edition <name>', 'name of the edition', 'Professional')
  .option('--kind <kind>', 'trial, term or perpetual', 'term')
  .option('--days <n>', 'days from the start to the end', whole, 365)
  .option('--from <date>', 'first day, default today', day)
  .option('--modules <ids>', 'licensed modules, separated by commas; default all that are here', list, [])
  .option('--limit <kind=n>', 'seats, such as staff=25; may be repeated', limit, {})
  .option('--instance <id>', 'bind to one installation')
  .option('--url <address>', 'bind to one address')
  .option('--supersedes <ids>', 'licenses that this one replaces', list, [])
  .option('-o, --out <file>', 'write to a file instead of the screen')
  .action(async (options: IssueOptions) => {
    const key = await signingKey(options);
    const payload = options.payload === undefined ? await payloadOf(options) : (JSON.parse(readFileSync(options.payload, 'utf8')) as LicensePayload);
    const text = writeLicense(payload, key, `Portico license ${payload.id} for ${payload.licensee.name.replace(/[\r\n]/g, ' ')}`);
    if (options.out === undefined) console.log(text);
    else writeFileSync(options.out, text);
  });

program
  .command('show <file>')
  .description('prints the content of a license whose signature holds')
  .action((file: string) => {
    const { payload, kid, development } = readLicense(readFileSync(file, 'utf8'), { production });
    console.log(
      JSON.stringify(
        { key: kid, development, ...payload, iat: iso(payload.iat), nbf: iso(payload.nbf), exp: payload.exp === undefined ? null : iso(payload.exp) },
        null,
        2,
      ),
    );
  });

program
  .command('verify <file>')
  .description('says whether the signature of a license holds; ends with 1 if not')
  .action((file: string) => {
    const { payload, development } = readLicense(readFileSync(file, 'utf8'), { production });
    console.log(`The license ${payload.id} of ${payload.licensee.name} is genuine${development ? ' (development key)' : ''}.`);
  });

program
  .command('install <file>')
  .description('brings a license into force; a running Portico takes it over within two seconds')
  .action(async (file: string) => {
    const text = readFileSync(file, 'utf8');
    const config = loadConfig({ env: process.env });
    const quiet = { info: () => undefined, warn: () => undefined, error: (data: object, message: string) => console.error(message, data) };
    const clock = { now: () => new Date() };
    const db = await openDatabase({ url: config.database.url, dataDir: config.dataDir, log: quiet });
    try {
      await migrate(db, [{ id: 'core', folder: join(outRoot, 'core/migrations') }]);
      const modules = await features();
      const audit = new AuditLog({ db, clock, log: quiet });
      const service = new LicenseService({
        store: licenseStore(db, clock),
        clock,
        log: quiet,
        dropInFolder: join(projectRoot, 'config/license'),
        production: config.production,
        features: () => modules,
        url: () => config.sites.portal.baseUrl ?? '',
        transaction: (work) => db.transaction(work),
      });
      print(await service.install(text, (change) => recordInstall(audit, systemActor('cli'), change)));
    } finally {
      await db.close();
    }
  });

try {
  await program.parseAsync();
} catch (error) {
  const sentence = explain(error);
  if (sentence === null) throw error;
  console.error(sentence);
  process.exitCode = 1;
}

async function signingKey({ dev, key }: IssueOptions): Promise<SigningKey> {
  if (key !== undefined) return JSON.parse(readFileSync(key, 'utf8')) as SigningKey;
  if (!dev) throw new StartError('Name the private key with --key, or use --dev for the development key.');
  return (await import('../test/support/license-dev-key.js')).developmentKey;
}

async function payloadOf(options: IssueOptions): Promise<LicensePayload> {
  const now = Math.floor(Date.now() / 1000);
  // From the start of the day, so that a server whose clock is a little behind takes it at once.
  const nbf = options.from ? options.from.getTime() / 1000 : now - (now % 86_400);
  const modules = options.modules.length > 0 ? options.modules : await features();
  return {
    ver: 1,
    id: options.id,
    rev: options.rev,
    licensee: { id: options.id, name: options.licensee },
    edition: options.edition,
    kind: options.kind,
    iat: now,
    nbf,
    ...(options.kind !== 'perpetual' && { exp: nbf + options.days * 86_400 }),
    warnDays: 30,
    graceDays: options.kind === 'trial' ? 0 : 14,
    modules: modules.map((id) => ({ id })),
    limits: options.limit,
    bind:
      options.instance !== undefined ? { to: 'instance', id: options.instance } : options.url !== undefined ? { to: 'url', url: options.url } : { to: 'none' },
    supersedes: options.supersedes,
  };
}

/** License features of the modules that are installed here. */
async function features(): Promise<string[]> {
  const { found } = await discover(pluginFolders([{ code: join(outRoot, 'plugins'), assets: join(projectRoot, 'plugins') }]));
  return found.flatMap(({ manifest }) => manifest.license ?? []);
}

function print({ license, modules }: LicensePreview): void {
  console.log(`The license ${license.payload.id} of ${license.payload.licensee.name} is in force.`);
  for (const { feature, before, after, at } of modules)
    console.log(`  ${feature}: ${before.state} -> ${after.state}${after.state === 'pending' ? ` from ${at.toISOString().slice(0, 10)}` : ''}`);
}

/** A sentence for what the person at the keyboard can mend; null for a fault. */
function explain(error: unknown): string | null {
  if (error instanceof AppError) return english(error.detail);
  if (error instanceof StartError || error instanceof ConfigError) return error.message;
  if (error instanceof z.ZodError) return `The content of the license is wrong:\n${z.prettifyError(error)}`;
  if (error instanceof Error && 'code' in error && /^(ENOENT|EEXIST|EACCES|EISDIR)$/.test(String(error.code))) return error.message;
  return error instanceof SyntaxError ? `The file is not valid JSON. ${error.message}` : null;
}

function english({ key, vars }: Message): string {
  const translator = createTranslator();
  addCoreTexts(translator);
  return translator.t('en', key, vars);
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
