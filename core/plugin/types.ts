import type { Manifest } from './manifest.js';

export type PluginState =
  | 'discovered'
  | 'incompatible'
  | 'unlicensed'
  | 'blocked'
  | 'disabled'
  | 'migrating'
  | 'starting'
  | 'active'
  | 'stopping'
  | 'quarantined'
  | 'failed';

/** One plugin as the modules and health pages show it. */
export interface PluginStatus {
  id: string;
  manifest: Manifest;
  folder: string;
  state: PluginState;
  /** Why it is in that state, as a translated sentence. */
  reason: { key: string; vars?: Record<string, string | number> } | null;
  /** The administrator's switch. */
  enabled: boolean;
  builtIn: boolean;
  /** Active plugins that need it and would stop with it. */
  dependants: string[];
  faults: number;
  lastFault: { at: Date; message: string } | null;
  /** Requests served and the 95th percentile of their time in ms since start. */
  requests: number;
  p95: number;
}
/** What the administration pages ask of the host. */
export interface PluginHost {
  list(): PluginStatus[];
  /** Turns the switch; resolves when the plugin (and its dependants) are in their new state. */
  setEnabled(id: string, enabled: boolean): Promise<void>;
  /** Leaves quarantine or failure and tries again. */
  retry(id: string): Promise<void>;
  reconcile(): Promise<void>;
  readonly safeMode: boolean;
  /** Folders that hold a broken plugin, with the sentence why. */
  broken(): { folder: string; reason: { key: string; vars?: Record<string, string | number> } }[];
}
/** The administrator's switches, kept by the database, with a version that grows with each change. */
export interface PluginStateStore {
  load(): Promise<Map<string, boolean>>;
  save(id: string, enabled: boolean): Promise<void>;
}
