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
/** The append-only, hash-chained log. Call it inside the transaction of the change. */
export interface Audit {
  record(actor: Actor, entry: AuditInput): Promise<void>;
}
