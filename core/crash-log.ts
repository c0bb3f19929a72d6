import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const windowMs = 5 * 60_000;
const limit = 3;

/** Starts that did not end well, in a file: three in five minutes mean that the next start is in safe mode, without licensed plugins. */
export class CrashLog {
  readonly #file: string;
  #starts: number[];

  constructor(
    dataDir: string,
    private readonly now: () => number = Date.now,
  ) {
    mkdirSync(dataDir, { recursive: true });
    this.#file = join(dataDir, 'starts.json');
    this.#starts = read(this.#file).filter((at) => at > now() - windowMs);
  }

  tooMany(): boolean {
    return this.#starts.length >= limit;
  }
  started(): void {
    this.#write([...this.#starts, this.now()]);
  }
  endedWell(): void {
    this.#write([]);
  }

  #write(starts: number[]): void {
    this.#starts = starts;
    writeFileSync(this.#file, JSON.stringify(starts));
  }
}

function read(file: string): number[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(value) ? value.filter((at) => typeof at === 'number') : [];
  } catch {
    return [];
  }
}
