import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A customer that was erased: its number, and when it was made, because a restored database may give the number to another one. */
export interface RegisterLine {
  customerId: number;
  createdAt: string;
  at: string;
}

/** The list of erasures beside the database. It is part of no backup and survives a restore, so that what was erased is erased again. */
export class ErasureRegister {
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'erasures.jsonl');
  }

  async add(line: RegisterLine): Promise<void> {
    await appendFile(this.#file, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
  }

  async list(): Promise<RegisterLine[]> {
    if (!existsSync(this.#file)) return [];
    const lines = (await readFile(this.#file, 'utf8')).split('\n');
    return lines.flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as RegisterLine];
      } catch {
        // Cut off while it was written: that erasure had not begun.
        return [];
      }
    });
  }
}
