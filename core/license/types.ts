/** How far the license lets a module go. `read-only`: reading, export and deletion work, writes answer 403. */
export type ModuleLicenseState = 'none' | 'pending' | 'valid' | 'expiring' | 'grace' | 'read-only' | 'over-limit' | 'revoked' | 'trial';

export interface ModuleLicense {
  state: ModuleLicenseState;
  /** May its code be loaded and its pages be served? */
  usable: boolean;
  /** May it change data? */
  writable: boolean;
  /** When it ends, or starts while pending. */
  until: Date | null;
}
/** What the host asks of the license. */
export interface Licensing {
  module(feature: string): ModuleLicense;
  /** Called when any module's state may have changed (upload, drop-in, expiry, another node). Returns the undo. */
  onChange(listener: () => void): () => void;
}
/** Where the license in force is kept; implemented on the database. */
export interface LicenseStore {
  load(): Promise<StoredLicense>;
  save(value: Partial<StoredLicense>): Promise<void>;
}
export interface StoredLicense {
  text: string | null;
  /** First start of this installation: the trial counts from it. */
  installedAt: Date;
  /** Random id of this installation, for licenses bound to it. */
  instanceId: string;
  /** Latest trusted time seen, against clock roll-back. */
  lastSeenAt: Date;
}
