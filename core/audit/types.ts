import type { Actor } from '../access/types.js';

/** One entry of the audit log. Actor, time and address are added by the log itself. */
export interface AuditInput {
  /** What happened, `<plugin>.<subject>.<past-tense>`; label `audit.<action without plugin>` in that plugin's locales. */
  action: string;
  /** The thing it happened to: kind such as `desk.order`, id, and the name people know it by. */
  object?: { kind: string; id: number | string; name?: string };
  customerId?: number | null;
  /** Only the fields that differ; secrets as `true`. */
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}
/** An entry as those see it who see the thing it is about. Purchase prices are left out. */
export interface AuditRecord {
  id: number;
  at: Date;
  /** Account, or null for what the system did. */
  actor: number | null;
  action: string;
  objectName: string | null;
  channel: string;
  differences: { field: string; before: string | null; after: string | null }[];
}
/** Which entries of a customer; `before` is the id at which the page before ended. */
export interface CustomerEntries {
  action?: string | undefined;
  actor?: number | undefined;
  before?: number | undefined;
  /** 50 unless told. */
  limit?: number | undefined;
}
/** The append-only, hash-chained log. Call it inside the transaction of the change. */
export interface Audit {
  record(actor: Actor, entry: AuditInput): Promise<void>;
}
/** Reads the log for pages of things: only what is about a customer that the actor was found to see. */
export interface AuditTrail {
  /** What was done about a customer, newest first. The caller has asked whether the actor may see the customer. */
  ofCustomer(customerId: number, filter?: CustomerEntries): Promise<{ entries: AuditRecord[]; next: number | null }>;
  /** The actions and persons that entries of a customer have. */
  facetsOf(customerId: number): Promise<{ actions: string[]; actors: number[] }>;
}
