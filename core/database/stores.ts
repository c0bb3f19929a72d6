import { randomUUID } from 'node:crypto';
import type { LicenseStore, StoredLicense } from '../license/types.js';
import type { Log } from '../plugin/context.js';
import type { Scope } from '../plugin/scope.js';
import type { PluginStateStore } from '../plugin/types.js';
import type { Clock } from '../tokens.js';
import { isUniqueViolation, toDate, type Database } from './types.js';

const POLL_MS = 1000;

/** The administrator's switches; each change counts up the version `plugins`. */
export function pluginStateStore(db: Database): PluginStateStore {
  return {
    async load() {
      const rows = await db.query<{ plugin: string; enabled: number }>('SELECT plugin, enabled FROM core_plugin_state');
      return new Map(rows.map((row) => [row.plugin, row.enabled === 1]));
    },
    save: (id, enabled) =>
      db.transaction(async () => {
        await updateOrInsert(
          () => db.run('UPDATE core_plugin_state SET enabled = ?, changed_at = ? WHERE plugin = ?', [enabled, new Date(), id]),
          () => db.run('INSERT INTO core_plugin_state (plugin, enabled, changed_at) VALUES (?, ?, ?)', [id, enabled, new Date()]),
        );
        await count(db, 'plugins');
      }),
  };
}

/** The license in force; a new one counts up the version `license`. Its row is made at the first start, which begins the trial. */
export function licenseStore(db: Database, clock: Clock): LicenseStore {
  interface Row {
    text: string | null;
    installed_at: string;
    instance_id: string;
    last_seen_at: string;
  }
  const columns: Record<keyof StoredLicense, keyof Row> = { text: 'text', installedAt: 'installed_at', instanceId: 'instance_id', lastSeenAt: 'last_seen_at' };
  const read = (): Promise<Row[]> => db.query<Row>('SELECT text, installed_at, instance_id, last_seen_at FROM core_license WHERE id = 1');

  async function load(): Promise<StoredLicense> {
    const [row] = await read();
    if (row) return { text: row.text, installedAt: toDate(row.installed_at), instanceId: row.instance_id, lastSeenAt: toDate(row.last_seen_at) };
    const now = clock.now();
    try {
      await db.run('INSERT INTO core_license (id, text, installed_at, instance_id, last_seen_at) VALUES (1, NULL, ?, ?, ?)', [now, randomUUID(), now]);
    } catch (error) {
      // Another node was faster; its row is the one.
      if (!isUniqueViolation(error)) throw error;
    }
    return load();
  }
  return {
    load,
    async save(value) {
      await load();
      const entries = Object.entries(value) as [keyof StoredLicense, unknown][];
      if (entries.length === 0) return;
      const sets = entries.map(([key]) => `${columns[key]} = ?`).join(', ');
      await db.transaction(async () => {
        await db.run(
          `UPDATE core_license SET ${sets} WHERE id = 1`,
          entries.map(([, given]) => given),
        );
        if ('text' in value) await count(db, 'license');
      });
    },
  };
}

export type VersionListener = () => void | Promise<void>;
/** Counters that grow with each change of something that nodes keep in memory, so that all of them notice within a second. */
export interface Versions {
  /** Counts a change, in the open transaction; this process is told once it has committed. */
  bump(name: string): Promise<void>;
  watch(name: string, listener: VersionListener): () => void;
  /** Looks for changes of other nodes. */
  poll(): Promise<void>;
  start(scope: Scope): void;
}

export function versions(db: Database, log?: Log): Versions {
  const listeners = new Map<string, Set<VersionListener>>();
  const known = new Map<string, number>();
  let primed = false;
  let polling: Promise<void> | null = null;

  async function tell(name: string): Promise<void> {
    for (const listener of listeners.get(name) ?? []) {
      try {
        await listener();
      } catch (error) {
        log?.error({ err: error, name }, 'A change could not be taken over');
      }
    }
  }
  async function look(): Promise<void> {
    const rows = await db.query<{ name: string; version: number }>('SELECT name, version FROM core_versions');
    const changed = rows.filter((row) => row.version > (known.get(row.name) ?? 0));
    for (const row of changed) known.set(row.name, row.version);
    // What was there before the first look was read by everybody at start.
    const news = primed ? changed : [];
    primed = true;
    for (const row of news) await tell(row.name);
  }
  const poll = (): Promise<void> => (polling ??= look().finally(() => (polling = null)));

  return {
    poll,
    bump: (name) =>
      db.transaction(async () => {
        const version = await count(db, name);
        db.afterCommit(async () => {
          known.set(name, Math.max(known.get(name) ?? 0, version));
          await tell(name);
        });
      }),
    watch(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => void set.delete(listener);
    },
    start(scope) {
      const tick = (): void => void poll().catch((error: unknown) => log?.warn({ err: error }, 'Changes of other nodes cannot be looked up now'));
      tick();
      scope.timer(POLL_MS, tick);
    },
  };
}

/** Counts a version up and returns it. */
async function count(db: Database, name: string): Promise<number> {
  await updateOrInsert(
    () => db.run('UPDATE core_versions SET version = version + 1 WHERE name = ?', [name]),
    () => db.run('INSERT INTO core_versions (name, version) VALUES (?, 1)', [name]),
  );
  const [row] = await db.query<{ version: number }>('SELECT version FROM core_versions WHERE name = ?', [name]);
  return row?.version ?? 0;
}

/** Two nodes may both find nothing to update; the slower one updates what the faster one has inserted. */
async function updateOrInsert(update: () => Promise<{ changes: number }>, insert: () => Promise<unknown>): Promise<void> {
  if ((await update()).changes > 0) return;
  try {
    await insert();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    await update();
  }
}
