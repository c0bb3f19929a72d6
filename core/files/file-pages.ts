import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { systemActor } from '../access/actors.js';
import { open, type PageContext, type PageModule, signedIn } from '../http/types.js';
import { PICTURES } from './content-type.js';
import type { FileStore } from './file-store.js';

/**
 * `/files/:id` and its thumbnail, for those whom the owner's plugin lets read. The company's logo is for everybody who finds the
 * sign-in page.
 */
export function filePages(files: FileStore, logo: () => string): PageModule {
  return (page) => {
    page.get('/files/:id', signedIn('download'), async (c) => serve(c, await files.read(c.actor, c.params.id ?? '')));
    page.get('/files/:id/thumb', signedIn('read'), async (c) => serve(c, await files.read(c.actor, c.params.id ?? '', true), true));
    page.get('/brand/logo', open(), async (c) => serve(c, await files.read(systemActor('page'), logo())));
  };
}

async function serve(c: PageContext, file: Awaited<ReturnType<FileStore['read']>>, thumb = false): Promise<void> {
  const inline = thumb || PICTURES.has(file.type);
  const etag = `"${file.sha256}${thumb ? '-t' : ''}"`;
  c.res.set({
    'Content-Type': thumb ? 'image/webp' : file.type.startsWith('text/') ? `${file.type}; charset=utf-8` : file.type,
    'Content-Disposition': disposition(inline, file.name),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'same-origin',
    // Asked again each time, because the right to read may end.
    'Cache-Control': 'private, no-cache',
    ETag: etag,
  });
  if (c.req.get('if-none-match') === etag) {
    c.res.status(304).end();
    return;
  }
  c.res.set('Content-Length', String(file.bytes));
  if (c.req.method === 'HEAD') {
    c.res.end();
    return;
  }
  await pipeline(createReadStream(file.path), c.res).catch((error: NodeJS.ErrnoException) => {
    // The reader left; nobody is there to be told.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** Offers the user's name in both ways of RFC 6266; nothing in it can start another header or parameter. */
export function disposition(inline: boolean, name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '_')).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${inline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
