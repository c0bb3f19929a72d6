import type { Licensing } from '../license/types.js';
import { checkVersion, orderByDependency, type Refusal } from './check.js';
import type { Log, PluginContext } from './context.js';
import { importPlugin, sentence, type Discovered } from './discovery.js';
import { FaultCounter } from './faults.js';
import type { Manifest } from './manifest.js';
import { Scope } from './scope.js';
import { within } from './within.js';
import type { PluginHost, PluginState, PluginStateStore, PluginStatus } from './types.js';

/** What the host needs of the rest of the core; it knows none of it. */
export interface HostParts {
  licensing: Licensing;
  store: PluginStateStore;
  log: Log;
  safeMode: boolean;
  migrate(plugin: Discovered): Promise<void>;
  /** Makes the context; `settle()` resolves when everything contributed stands, such as an opened port. */
  contribute(plugin: Discovered, scope: Scope): { context: PluginContext; settle(): Promise<void> };
  /** Lets a stopping plugin finish the requests that are under way. */
  drain(id: string, milliseconds: number): Promise<void>;
  traffic(id: string): { requests: number; p95: number };
  changed(id: string, state: PluginState): void;
  /** Milliseconds in which a plugin must have started; 10 s unless a test is in a hurry. */
  startLimit?: number;
}

interface Entry extends Discovered {
  state: PluginState;
  reason: Refusal | null;
  scope: Scope | null;
  faults: FaultCounter;
}

const startLimit = 10_000;
const drainLimit = 10_000;

/** Starts and stops plugins. `reconcile()` is the only code that does; everything else asks it to. */
export class Host implements PluginHost {
  readonly safeMode: boolean;
  #entries: Entry[];
  #broken: { folder: string; reason: Refusal }[];
  #switches = new Map<string, boolean>();
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    private readonly parts: HostParts,
    discovery: { found: Discovered[]; broken: { folder: string; reason: Refusal }[] },
  ) {
    this.safeMode = parts.safeMode;
    this.#broken = discovery.broken;
    const { order, refused } = orderByDependency(discovery.found.map((f) => f.manifest));
    const entry = (manifest: Manifest): Entry => ({
      ...discovery.found.find((f) => f.manifest === manifest)!,
      state: 'discovered',
      reason: null,
      scope: null,
      faults: new FaultCounter(),
    });
    this.#entries = order.map(entry);
    for (const { manifest } of discovery.found) {
      const reason = refused.get(manifest.id);
      if (reason) this.#entries.push({ ...entry(manifest), state: 'incompatible', reason });
    }
  }

  list(): PluginStatus[] {
    return this.#entries.map((e) => ({
      id: e.manifest.id,
      manifest: e.manifest,
      folder: e.folder.assets,
      state: e.state,
      reason: e.reason,
      enabled: this.#enabled(e),
      builtIn: e.manifest.license === undefined,
      dependants: this.#dependants(e.manifest.id),
      faults: e.faults.total,
      lastFault: e.faults.last,
      ...this.parts.traffic(e.manifest.id),
    }));
  }

  broken(): { folder: string; reason: Refusal }[] {
    return this.#broken;
  }

  isActive(id: string): boolean {
    return this.#entries.some((e) => e.manifest.id === id && e.state === 'active');
  }

  async setEnabled(id: string, enabled: boolean): Promise<void> {
    await this.parts.store.save(id, enabled);
    const entry = this.#entries.find((e) => e.manifest.id === id);
    if (entry && enabled) this.#forgive(entry);
    await this.reconcile();
  }

  async retry(id: string): Promise<void> {
    const entry = this.#entries.find((e) => e.manifest.id === id);
    if (entry) this.#forgive(entry);
    await this.reconcile();
  }

  #forgive(entry: Entry): void {
    entry.faults.forgive();
    if (entry.state === 'failed' || entry.state === 'quarantined') entry.state = 'discovered';
  }

  /** A plugin's code threw where nothing was expected. Three in ten minutes take a licensed plugin out of service for a while. */
  fault(id: string, error: unknown, context: object = {}): void {
    const entry = this.#entries.find((e) => e.manifest.id === id);
    this.parts.log.error({ ...context, plugin: id, err: error }, 'plugin fault');
    if (!entry) return;
    const wait = entry.faults.add(sentence(error));
    // The desk must not vanish because one of its pages fails: built-in plugins are counted and shown only.
    if (wait === null || entry.manifest.license === undefined || entry.state !== 'active') return;
    entry.faults.quarantined = true;
    void this.reconcile();
    const timer = setTimeout(() => void this.retry(id), wait);
    timer.unref();
  }

  /** Brings every plugin into the state that switches, license, requirements and faults ask for. Calls queue up. */
  reconcile(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#run()).catch((error: unknown) => this.parts.log.error({ err: error }, 'reconcile failed'));
    return this.#queue;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.reconcile();
  }

  async #run(): Promise<void> {
    if (!this.#closed) this.#switches = await this.parts.store.load();
    for (const entry of this.#entries.toReversed()) {
      if (entry.state === 'active' && this.#verdict(entry)) await this.#stop(entry);
    }
    if (this.#closed) return;
    for (const entry of this.#entries) {
      if (entry.state === 'active') continue;
      const verdict = this.#verdict(entry);
      if (verdict) this.#set(entry, verdict.state, verdict.reason);
      else if (entry.state !== 'failed') await this.#start(entry);
    }
  }

  /** Why the plugin must not be active, or null. */
  #verdict(entry: Entry): { state: PluginState; reason: Refusal | null } | null {
    const { manifest } = entry;
    if (this.#closed) return { state: 'disabled', reason: null };
    if (entry.state === 'incompatible') return { state: 'incompatible', reason: entry.reason };
    const incompatible = checkVersion(manifest);
    if (incompatible) return { state: 'incompatible', reason: incompatible };
    if (manifest.license) {
      const license = this.parts.licensing.module(manifest.license);
      if (!license.usable) return { state: 'unlicensed', reason: { key: `core:reason.license.${license.state}` } };
      if (!this.#enabled(entry)) return { state: 'disabled', reason: { key: 'core:reason.disabled' } };
      if (this.safeMode) return { state: 'disabled', reason: { key: 'core:reason.safeMode' } };
    }
    if (entry.faults.quarantined)
      return { state: 'quarantined', reason: { key: 'core:reason.quarantined', vars: { error: entry.faults.last?.message ?? '' } } };
    const missing = manifest.requires?.filter((id) => !this.#stays(id)) ?? [];
    if (missing.length > 0) return { state: 'blocked', reason: { key: 'core:reason.blocked', vars: { needed: missing.join(', ') } } };
    return null;
  }

  /** Is a required plugin active, and will it stay so? Asked while stopping, when it may be about to go. */
  #stays(id: string): boolean {
    const entry = this.#entries.find((e) => e.manifest.id === id);
    return entry?.state === 'active' && this.#verdict(entry) === null;
  }

  async #start(entry: Entry): Promise<void> {
    const id = entry.manifest.id;
    const scope = new Scope(id);
    try {
      this.#set(entry, 'migrating', null);
      await this.parts.migrate(entry);
      this.#set(entry, 'starting', null);
      await within(
        this.parts.startLimit ?? startLimit,
        'start',
        (async () => {
          const plugin = await importPlugin(entry);
          const { context, settle } = this.parts.contribute(entry, scope);
          // Undone after everything the plugin adds itself: no new request comes in then, and those under way still have views and services.
          scope.add(() => this.parts.drain(id, drainLimit));
          await plugin.register(context);
          await settle();
          await plugin.start?.(context);
        })(),
      );
      entry.scope = scope;
      this.#set(entry, 'active', null);
    } catch (error) {
      await scope.end();
      entry.faults.add(sentence(error));
      this.parts.log.error({ plugin: id, err: error }, 'plugin did not start');
      // An expected failure, such as a busy port, brings its own sentence.
      const { detail } = error as { detail?: Refusal };
      this.#set(entry, 'failed', detail ?? { key: 'core:reason.failed', vars: { error: sentence(error) } });
    }
  }

  async #stop(entry: Entry): Promise<void> {
    this.#set(entry, 'stopping', null);
    const failures = (await entry.scope?.end()) ?? [];
    entry.scope = null;
    for (const error of failures) this.parts.log.error({ plugin: entry.manifest.id, err: error }, 'plugin did not clean up');
    const verdict = this.#verdict(entry);
    this.#set(entry, verdict?.state ?? 'discovered', verdict?.reason ?? null);
  }

  #set(entry: Entry, state: PluginState, reason: Refusal | null): void {
    const changed = entry.state !== state;
    entry.state = state;
    entry.reason = reason;
    if (changed) this.parts.changed(entry.manifest.id, state);
  }

  #enabled(entry: Entry): boolean {
    return entry.manifest.license === undefined || (this.#switches.get(entry.manifest.id) ?? true);
  }

  #dependants(id: string): string[] {
    return this.#entries
      .filter((e) => e.state === 'active' && e.manifest.requires?.includes(id))
      .flatMap((e) => [e.manifest.id, ...this.#dependants(e.manifest.id)])
      .filter((other, i, all) => all.indexOf(other) === i);
  }
}
