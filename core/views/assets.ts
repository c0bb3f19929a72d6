import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Addresses of built files; the hash in each name lets browsers keep them for ever. */
export interface Assets {
  /** `url('base.css')` is `/assets/base.3f2a91c04d.css`. */
  url(name: string): string;
}

/** Reads the names that the build wrote; outside production they are read again after each build. */
export function loadAssets(publicFolder: string): Assets {
  const path = join(publicFolder, 'manifest.json');
  const fixed = process.env['NODE_ENV'] === 'production';
  let names: Record<string, string> = {};
  let readAt = 0;
  let lookedAt = 0;

  function refresh(): void {
    lookedAt = Date.now();
    const changedAt = existsSync(path) ? statSync(path).mtimeMs : 0;
    if (changedAt === readAt) return;
    readAt = changedAt;
    names = changedAt === 0 ? {} : (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>);
  }
  refresh();
  return {
    url(name) {
      if (!fixed && Date.now() - lookedAt > 500) refresh();
      return `/assets/${names[name] ?? name}`;
    },
  };
}
