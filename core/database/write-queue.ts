import { UnavailableError } from '../errors.js';

/** Lets one writer at a time in, in order: on SQLite, transactions of one process would only wait for each other by spinning. */
export class WriteQueue {
  #busy = false;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly patienceMs: number) {}

  async enter<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) await this.#turn();
    this.#busy = true;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy = false;
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(new UnavailableError());
      }, this.patienceMs);
      this.#waiting.push(go);
    });
  }
}
