import { isDeepStrictEqual } from 'node:util';
import type { Access, Actor } from '../access/types.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';
import { ConflictError, InvalidInputError, NotFoundError, type Message } from '../errors.js';
import type { Events } from '../events/types.js';
import type { Log } from '../plugin/context.js';
import type { SettingKey, ValueOf } from '../plugin/manifest.js';
import type { Clock } from '../tokens.js';
import { checkField } from './field-schema.js';
import { SecretBox } from './secret-box.js';
import type { Settings } from './service-types.js';
import { SettingStore } from './setting-store.js';
import type { HistoryRow, SettingRow } from './tables.js';
import type { SettingDecl } from './types.js';
import { ValueCodec } from './value-codec.js';

export interface SettingsDeps {
  db: Database;
  audit: Audit;
  access: Pick<Access, 'assert'>;
  events: Pick<Events, 'emit'>;
  versions: { bump(name: string): Promise<void>; watch(name: string, listener: () => void | Promise<void>): () => void };
  log: Log;
  clock: Clock;
  dataDir: string;
}
export interface DeclaredSetting {
  plugin: string;
  key: string;
  decl: SettingDecl;
}
/** How a declared setting stands now; a secret's value is never told. */
export interface SettingState extends DeclaredSetting {
  value: unknown;
  changed: boolean;
  updatedAt: Date | null;
  updatedBy: number | null;
}
type Check = (value: unknown) => Promise<void>;
type Listener = (value: unknown) => void | Promise<void>;

/** All settings in memory. One change = one transaction with history, audit and a version that other nodes watch. */
export class SettingsService implements Settings {
  readonly #declared = new Map<string, DeclaredSetting>();
  readonly #values = new Map<string, unknown>();
  readonly #guards = new Map<string, Set<Check>>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #store: SettingStore;
  readonly #codec: ValueCodec;
  #rows = new Map<string, SettingRow>();
  #changes = 0;
  #unwatch: () => void = () => undefined;

  constructor(private readonly deps: SettingsDeps) {
    this.#store = new SettingStore(deps.db);
    this.#codec = new ValueCodec(new SecretBox(deps.dataDir));
  }

  /** Reads all values and follows changes made on other nodes. */
  async load(): Promise<void> {
    this.#unwatch();
    this.#unwatch = this.deps.versions.watch('settings', () => this.#reload());
    await this.#reload();
  }

  close(): void {
    this.#unwatch();
  }

  /** Makes a plugin's settings known; stored values of a plugin that is off stay untouched. Returns the undo. */
  declare(plugin: string, decls: Readonly<Record<string, SettingDecl>>): () => void {
    const keys = Object.keys(decls).map((name) => `${plugin}.${name}`);
    for (const [name, decl] of Object.entries(decls)) {
      const key = `${plugin}.${name}`;
      this.#declared.set(key, { plugin, key, decl });
      this.#values.set(key, this.#read(key, decl));
    }
    return () => {
      for (const key of keys) {
        this.#declared.delete(key);
        this.#values.delete(key);
      }
    };
  }

  get<K extends SettingKey>(key: K): ValueOf<K> {
    if (!this.#values.has(key)) throw new Error(`The setting ${key} is not declared; its plugin is not active`);
    return this.#values.get(key) as ValueOf<K>;
  }

  async set(actor: Actor, values: Partial<{ [K in SettingKey]: ValueOf<K> }>): Promise<void> {
    await this.change(actor, values);
  }

  guard<K extends SettingKey>(key: K, check: (value: ValueOf<K>) => Promise<void>): () => void {
    return addTo(this.#guards, key, check as Check);
  }

  onChange<K extends SettingKey>(key: K, listener: (value: ValueOf<K>) => void | Promise<void>): () => void {
    return addTo(this.#listeners, key, listener as Listener);
  }

  /** Like `set`, for values that come from outside: unknown keys and values are refused by name; undefined = back to the default. */
  async change(actor: Actor, input: Readonly<Record<string, unknown>>): Promise<string[]> {
    await this.deps.access.assert(actor, 'core.settings.manage');
    const values = this.#check(input);
    await this.#ask(values);
    if (values.size === 0) return [];
    await this.deps.db.transaction(() => this.#save(actor, values));
    return [...values.keys()];
  }

  /** Puts one key back to its default. */
  async reset(actor: Actor, key: string): Promise<void> {
    await this.change(actor, { [key]: undefined });
  }

  /** Undoes one change of the history. @throws ConflictError for secrets, whose old value nobody keeps */
  async revert(actor: Actor, historyId: number): Promise<HistoryRow> {
    await this.deps.access.assert(actor, 'core.settings.manage');
    const row = await this.#store.change(historyId);
    const declared = row && this.#declared.get(row.key);
    if (!row || !declared) throw new NotFoundError();
    if (declared.decl.type === 'secret') throw new ConflictError({ key: 'core:settings.error.secretRevert' });
    await this.change(actor, { [row.key]: row.before === null ? undefined : JSON.parse(row.before) });
    return row;
  }

  async history(key: string, limit = 50): Promise<HistoryRow[]> {
    const plugin = this.#declared.get(key)?.plugin;
    return plugin === undefined ? [] : this.#store.history({ plugin, key }, limit);
  }

  async historyOf(plugin: string, limit: number, before?: number): Promise<HistoryRow[]> {
    return this.#store.history({ plugin, ...(before !== undefined && { before }) }, limit);
  }

  /** Grows with each change of the plugin's settings. */
  async revision(plugin: string): Promise<number> {
    return this.#store.revision(plugin);
  }

  /** Changes that others made after a revision, oldest first. */
  async since(plugin: string, revision: number): Promise<HistoryRow[]> {
    return this.#store.since(plugin, revision);
  }

  plugins(): string[] {
    return [...new Set([...this.#declared.values()].map((entry) => entry.plugin))];
  }

  states(plugin?: string): SettingState[] {
    const entries = [...this.#declared.values()].filter((entry) => plugin === undefined || entry.plugin === plugin);
    return entries.map((entry) => {
      const row = this.#rows.get(entry.key);
      const secret = entry.decl.type === 'secret';
      const value = secret ? '' : this.#values.get(entry.key);
      const changed = secret ? row !== undefined : !isDeepStrictEqual(value, entry.decl.default);
      return { ...entry, value, changed, updatedAt: row?.updated_at ?? null, updatedBy: row?.updated_by ?? null };
    });
  }

  #check(input: Readonly<Record<string, unknown>>): Map<string, unknown> {
    const wrong: Record<string, Message> = {};
    const values = new Map<string, unknown>();
    for (const [key, raw] of Object.entries(input)) {
      const decl = this.#declared.get(key)?.decl;
      const checked =
        !decl || decl.readonly
          ? { message: { key: 'core:settings.error.unknown', vars: { name: key.slice(0, 80) } } }
          : raw === undefined
            ? { value: undefined }
            : checkField(decl, raw);
      if ('message' in checked) wrong[key] = checked.message;
      else if (this.#differs(key, checked.value)) values.set(key, checked.value);
    }
    if (Object.keys(wrong).length > 0) throw new InvalidInputError(wrong);
    return values;
  }

  #differs(key: string, value: unknown): boolean {
    return value === undefined ? this.#rows.has(key) : !isDeepStrictEqual(value, this.#values.get(key));
  }

  /** Asks every guard before anything is stored; all refusals are told at once. */
  async #ask(values: ReadonlyMap<string, unknown>): Promise<void> {
    const wrong: Record<string, Message> = {};
    for (const [key, value] of values) {
      for (const check of this.#guards.get(key) ?? []) {
        try {
          await check(value === undefined ? this.#declared.get(key)?.decl.default : value);
        } catch (error) {
          if (!(error instanceof InvalidInputError)) throw error;
          for (const [field, message] of Object.entries(error.fields)) wrong[field === '' ? key : field] = message;
        }
      }
    }
    if (Object.keys(wrong).length > 0) throw new InvalidInputError(wrong);
  }

  async #save(actor: Actor, values: ReadonlyMap<string, unknown>): Promise<void> {
    const { db, audit, clock, events, versions } = this.deps;
    const at = clock.now();
    const account = actor.account?.id ?? null;
    const rows = await this.#store.some([...values.keys()]);
    for (const [key, value] of values) {
      const { decl, plugin } = this.#declared.get(key) as DeclaredSetting;
      const row = rows.get(key);
      const before = row ? this.#codec.shown(decl, this.#decode(key, decl, row)) : null;
      const after = value === undefined ? null : this.#codec.shown(decl, value);
      const gone = value === undefined || (decl.type === 'secret' && value === '');
      await this.#store.write({ key, value: gone ? null : this.#codec.encode(key, decl, value), updated_at: at, updated_by: account }, row !== undefined);
      await this.#store.remember({ plugin, key, before: asText(before), after: asText(after), at, account_id: account });
      await audit.record(actor, {
        action: 'core.setting.changed',
        object: { kind: 'core.setting', id: key, name: key },
        before: { [key]: before },
        after: { [key]: after },
      });
    }
    events.emit('core.setting.changed', { keys: [...values.keys()] });
    await versions.bump('settings');
    db.afterCommit(() => {
      this.#changes += 1;
      const next = new Map(this.#rows);
      for (const [key, value] of values) {
        const { decl } = this.#declared.get(key) ?? {};
        if (!decl) continue;
        if (value === undefined || (decl.type === 'secret' && value === '')) next.delete(key);
        else next.set(key, { key, value: this.#codec.encode(key, decl, value), updated_at: at, updated_by: account });
      }
      this.#apply(next);
    });
  }

  /** A change that commits while the rows are being read would be undone in memory: then they are read again. */
  async #reload(): Promise<void> {
    for (;;) {
      const changes = this.#changes;
      const rows = await this.#store.all();
      if (changes !== this.#changes) continue;
      this.#apply(rows);
      return;
    }
  }

  #apply(rows: Map<string, SettingRow>): void {
    this.#rows = rows;
    const changed: [string, unknown][] = [];
    for (const { key, decl } of this.#declared.values()) {
      const value = this.#read(key, decl);
      if (isDeepStrictEqual(value, this.#values.get(key))) continue;
      this.#values.set(key, value);
      changed.push([key, value]);
    }
    for (const [key, value] of changed) this.#tell(key, value);
  }

  #tell(key: string, value: unknown): void {
    for (const listener of this.#listeners.get(key) ?? []) {
      void Promise.resolve()
        .then(() => listener(value))
        .catch((error: unknown) => this.deps.log.error({ error, setting: key }, 'A listener of a setting failed'));
    }
  }

  #read(key: string, decl: SettingDecl): unknown {
    const row = this.#rows.get(key);
    return row ? this.#decode(key, decl, row) : decl.default;
  }

  #decode(key: string, decl: SettingDecl, row: SettingRow): unknown {
    try {
      return this.#codec.decode(key, decl, row.value);
    } catch (error) {
      this.deps.log.error(
        { setting: key, reason: error instanceof Error ? error.message : String(error) },
        'A stored setting is not usable; the default is in force',
      );
      return decl.default;
    }
  }
}

function asText(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function addTo<T>(map: Map<string, Set<T>>, key: string, item: T): () => void {
  const set = map.get(key) ?? new Set<T>();
  map.set(key, set.add(item));
  return () => void set.delete(item);
}
