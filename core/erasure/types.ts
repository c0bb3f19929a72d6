/** How much of a plugin's data belongs to a customer. */
export interface ErasureCount {
  plugin: string;
  rows: number;
  files: number;
}
/** Permanent deletion of a customer, and everything that is known of it as one archive. The rules who may are those of the caller. */
export interface Erasure {
  /** What would go, per plugin; plugins without data of the customer are absent. */
  preview(customerId: number): Promise<ErasureCount[]>;
  /** Erases everything, in every declared table of every plugin, running or not. Safe to run again after it was cut off. */
  erase(customerId: number, signal?: AbortSignal): Promise<void>;
  /** Writes the archive of a customer; `key` names it. `progress` is told how many of the tables are done. */
  archive(customerId: number, key: string, progress?: (done: number, total: number) => Promise<void>): Promise<void>;
  /** Where an archive lies; null when it is gone. */
  archiveFile(customerId: number, key: string): string;
  discardArchive(customerId: number, key: string): Promise<void>;
}
