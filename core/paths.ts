import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';

/** Folder of the compiled code: holds `core/`, `plugins/`, `public/`. */
export const outRoot = dirname(import.meta.dirname);

/** Folder of the sources: holds package.json, views, locales, themes, config. */
export const projectRoot = findRoot(outRoot);

function findRoot(start: string): string {
  for (let dir = start; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'package.json'))) return dir;
    if (dir === dirname(dir)) throw new Error(`No package.json above ${start}`);
  }
}
