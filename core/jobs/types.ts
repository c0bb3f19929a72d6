/** The queue and the schedules. Jobs run at least once, under a lease, on any node. */
export interface Jobs {
  /** Queues a job in the open transaction. `key`: queued only once while unfinished. */
  enqueue(name: string, payload?: object, options?: { runAt?: Date; key?: string; maxAttempts?: number }): Promise<void>;
}
/** Runs a job; it may run twice, so it must do no harm the second time. `signal` aborts when the plugin or the server stops. A throw is tried again, five times unless said otherwise. */
export type JobHandler = (payload: Record<string, unknown>, signal: AbortSignal) => Promise<void>;
/** Every n minutes (a function is asked anew before each run), or a cron pattern in a time zone. */
export type Schedule = { minutes: number | (() => number) } | { cron: string; timeZone?: string };
