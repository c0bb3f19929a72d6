import { existsSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import type { RequestHandler } from 'express';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
};

/** Serves the built files by their exact, hashed names (so never anything else from the disk), compressed ahead of time. */
export function assetFiles(folder: string): RequestHandler {
  const names = new Set(existsSync(folder) ? readdirSync(folder) : []);
  return (req, res, next) => {
    const name = req.path.slice(1);
    const type = types[extname(name)];
    if ((req.method !== 'GET' && req.method !== 'HEAD') || !type || !names.has(name)) return next();
    res.set({ 'Content-Type': type, 'Cache-Control': 'public, max-age=31536000, immutable', Vary: 'Accept-Encoding' });
    const encoding = (
      [
        ['br', '.br'],
        ['gzip', '.gz'],
      ] as const
    ).find(([id, suffix]) => names.has(name + suffix) && req.acceptsEncodings(id));
    if (encoding) res.set('Content-Encoding', encoding[0]);
    res.sendFile(name + (encoding?.[1] ?? ''), { root: folder, cacheControl: false });
  };
}
