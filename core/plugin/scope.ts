import { within } from './within.js';

/** Undoes one thing; may take a moment. */
export type Disposer = () => void | Promise<void>;

/** A last-in-first-out stack of undo steps. Every long-lived thing belongs to one. */
export class Scope {
  #disposers: Disposer[] = [];
  readonly #abort = new AbortController();

  /** A step that takes longer is left behind as a failure: nothing may keep the rest from ending. */
  constructor(
    readonly name: string,
    private readonly stepLimitMs = 20_000,
  ) {}

  /** Aborted when the scope ends: pass it to fetches, timers and jobs. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get size(): number {
    return this.#disposers.length;
  }

  /** Remembers how to undo something. On a scope that has ended it is undone at once. */
  add(dispose: Disposer): void {
    if (this.#abort.signal.aborted) (async () => dispose())().catch(() => undefined);
    else this.#disposers.push(dispose);
  }

  timer(ms: number, tick: () => void): void {
    const timer = setInterval(tick, ms);
    timer.unref();
    this.add(() => clearInterval(timer));
  }

  /** Undoes everything, newest first. A failing step does not keep the others from running; failures are returned. */
  async end(): Promise<unknown[]> {
    this.#abort.abort();
    const failures: unknown[] = [];
    while (this.#disposers.length > 0) {
      try {
        await within(this.stepLimitMs, 'end', this.#disposers.pop()!());
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}
