import { randomInt } from 'node:crypto';
import { accountActor } from '../access/actors.js';
import type { Access } from '../access/types.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';
import { ConflictError, InvalidInputError } from '../errors.js';
import type { Settings } from '../settings/service-types.js';
import type { Clock } from '../tokens.js';
import { indexAccount } from './account-words.js';
import type { AccountSettings } from './accounts.js';
import { groupCode } from './codes.js';
import { AccountModel } from './models.js';
import { hashPassword, passwordProblem } from './passwords.js';
import { keyOf, toAccount } from './read.js';
import { administrator, type Roles } from './roles.js';
import { accountProblems } from './rules.js';
import { secretHash } from './secrets.js';
import { Throttle } from './throttle.js';
import type { Account } from './types.js';

export interface SetupInput {
  companyName: string;
  name: string;
  email: string;
  password: string;
  language: string;
  timeZone: string;
}
export interface SetupDeps {
  db: Database;
  clock: Clock;
  access: Access;
  audit: Audit;
  roles: Roles;
  settings: Settings;
  values: AccountSettings;
}
// Digits only, without 0 and 1: read off a console, typed on any keyboard, no upper or lower case.
const digits = '23456789';
const codeLength = 12;

/** The first administrator. Needs the code that was printed at the start: whoever finds the page first must not own the installation. */
export class SetupService {
  readonly #throttle = new Throttle('setup');
  /** Once there is a member of staff there always is: the last administrator cannot be removed. */
  #done = false;

  constructor(private readonly deps: SetupDeps) {}

  /** Until there is a member of staff. */
  async needed(): Promise<boolean> {
    this.#done ||= (await this.deps.db.query("SELECT id FROM core_accounts WHERE kind = 'staff' LIMIT 1")).length > 0;
    return !this.#done;
  }

  /** A new code, to be printed once; the one before is void. */
  async code(): Promise<string> {
    const { db, clock } = this.deps;
    const code = Array.from({ length: codeLength }, () => digits[randomInt(digits.length)]).join('');
    await db.transaction(async () => {
      await db.run('DELETE FROM core_setup WHERE id = 1');
      await db.run('INSERT INTO core_setup (id, code_hash, created_at) VALUES (1, ?, ?)', [secretHash(code), clock.now()]);
    });
    return groupCode(code);
  }

  /** @throws InvalidInputError, ThrottledError, ConflictError once there is an administrator */
  async complete(code: string, input: SetupInput, ip: string | null): Promise<Account> {
    const { db } = this.deps;
    if (!(await this.needed())) throw closed();
    await this.#throttle.attempt('code', ip);
    const hash = secretHash(code.replace(/[\s-]/g, ''));
    const [known] = await db.query('SELECT id FROM core_setup WHERE id = 1 AND code_hash = ?', [hash]);
    if (known === undefined) throw new InvalidInputError({ code: { key: 'core:setup.error.code' } });
    await this.#throttle.succeeded('code', ip);
    await this.#assertGood(input);
    const password_hash = await hashPassword(input.password);
    return db.transaction(async () => {
      // Deleting it is the lock: of two at once only one finds it.
      const { changes } = await db.run('DELETE FROM core_setup WHERE id = 1 AND code_hash = ?', [hash]);
      if (changes !== 1 || !(await this.needed())) throw closed();
      return this.#createAdministrator(input, password_hash, ip);
    });
  }

  async #createAdministrator(input: SetupInput, password_hash: string, ip: string | null): Promise<Account> {
    const { db, clock, audit, roles, settings, access } = this.deps;
    const email = input.email.trim();
    const now = clock.now();
    const { id } = await db.of(AccountModel).create({
      kind: 'staff',
      name: input.name.trim(),
      email,
      email_key: keyOf(email),
      user_name: email,
      user_name_key: keyOf(email),
      language: input.language,
      time_zone: input.timeZone,
      status: 'active',
      password_hash,
      password_changed_at: now,
      must_change_password: false,
      created_at: now,
    });
    const row = await db.of(AccountModel).findByPk(id, { rejectOnEmpty: true });
    await indexAccount(db, id);
    await roles.assign(id, [administrator]);
    await access.changed([id]);
    const actor = accountActor(toAccount(row), { ip });
    await audit.record(actor, { action: 'core.setup.completed', object: { kind: 'core.account', id, name: row.name } });
    await settings.set(actor, {
      'core.companyName': input.companyName.trim(),
      'core.language': this.#language(input.language),
      'core.timeZone': input.timeZone,
    });
    return toAccount(row);
  }

  #language(id: string): 'en' | 'sv' | 'de' | 'nl' | 'sk' {
    return (['en', 'sv', 'de', 'nl', 'sk'] as const).find((known) => known === id) ?? 'en';
  }

  async #assertGood(input: SetupInput): Promise<void> {
    const problems = accountProblems({ ...input, languages: this.deps.values.languages() });
    const company = input.companyName.trim();
    if (company === '' || company.length > 80) problems['companyName'] = { key: 'core:setup.error.companyName', vars: { max: 80 } };
    const weak = await passwordProblem(input.password, [input.email, input.name, company]);
    if (weak !== null) problems['password'] = weak;
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  }
}

function closed(): ConflictError {
  return new ConflictError({ key: 'core:setup.error.closed' }, 'setup_closed');
}
