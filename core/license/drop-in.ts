import { watch } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_LICENSE_BYTES } from './format.js';
import { LicenseFileError } from './license-error.js';

/** A license file that was dropped into the folder and not taken. */
export interface RefusedFile {
  file: string;
  error: LicenseFileError;
}

/** The folder `config/license/`: every new or changed `*.lic` is offered once; what is only too early is offered again. */
export class DropInFolder {
  #seen = new Map<string, { stamp: string; error: LicenseFileError | null }>();

  constructor(
    private readonly folder: string,
    private readonly offer: (text: string, file: string) => Promise<void>,
  ) {}

  /** Files that were refused, but not the one in force itself. */
  get refused(): RefusedFile[] {
    return [...this.#seen].flatMap(([file, { error }]) => (error && error.fault !== 'inForce' ? [{ file, error }] : []));
  }

  /** Calls `changed` as soon as the system tells of a change. Polling covers systems and network drives that tell nothing. */
  async watch(changed: () => void): Promise<() => void> {
    try {
      await mkdir(this.folder, { recursive: true });
      const watcher = watch(this.folder, { persistent: false }, changed);
      watcher.on('error', () => watcher.close());
      return () => watcher.close();
    } catch {
      return () => undefined;
    }
  }

  async scan(): Promise<void> {
    const files = (await readdir(this.folder).catch(() => [])).filter((file) => file.toLowerCase().endsWith('.lic')).sort();
    for (const file of this.#seen.keys()) if (!files.includes(file)) this.#seen.delete(file);
    for (const file of files) await this.#scanFile(file);
  }

  async #scanFile(file: string): Promise<void> {
    const path = join(this.folder, file);
    const info = await stat(path).catch(() => null);
    if (!info?.isFile()) return;
    const stamp = `${info.mtimeMs}/${info.size}/${info.ino}`;
    const known = this.#seen.get(file);
    if (known?.stamp === stamp && known.error?.fault !== 'notYetValid') return;
    try {
      if (info.size > MAX_LICENSE_BYTES) throw new LicenseFileError('tooLarge', { max: MAX_LICENSE_BYTES / 1024 });
      await this.offer(await readFile(path, 'utf8'), file);
      this.#seen.set(file, { stamp, error: null });
    } catch (error) {
      // A file that could not be read or stored is offered again; one that is wrong is not.
      if (!(error instanceof LicenseFileError)) throw error;
      this.#seen.set(file, { stamp, error });
    }
  }
}
