import { inflateSync } from 'node:zlib';

interface Part {
  head: string;
  stream: string;
}

/** The words of a PDF as its embedded fonts spell them, in the order in which they are set. Reads what pdfkit writes, nothing more. */
export function pdfText(pdf: Buffer): string {
  const parts = partsOf(pdf);
  const fonts = new Map<string, Map<string, string>>();
  for (const { head } of parts.values())
    for (const [, name = '', ref = ''] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const cmap = /\/ToUnicode (\d+) 0 R/.exec(parts.get(ref)?.head ?? '')?.[1];
      if (cmap) fonts.set(name, charactersOf(parts.get(cmap)?.stream ?? ''));
    }
  const lines: string[] = [];
  for (const { stream } of parts.values()) {
    let font = new Map<string, string>();
    for (const [, name, shown] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
      if (name) font = fonts.get(name) ?? font;
      if (shown)
        lines.push(
          [...shown.matchAll(/<([0-9a-f]+)>/gi)].map(([, hex = '']) => (hex.match(/.{4}/g) ?? []).map((glyph) => font.get(glyph) ?? '').join('')).join(''),
        );
    }
  }
  return lines.join(' ').replace(/\s+/g, ' ');
}

function partsOf(pdf: Buffer): Map<string, Part> {
  const parts = new Map<string, Part>();
  const text = pdf.toString('latin1');
  for (const { 1: id = '', 2: body = '' } of text.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const at = body.indexOf('stream\n');
    const head = at < 0 ? body : body.slice(0, at);
    const raw = at < 0 ? null : Buffer.from(body.slice(at + 7, body.lastIndexOf('\nendstream')), 'latin1');
    const stream = raw === null ? '' : head.includes('/FlateDecode') && !head.includes('/Image') ? inflateSync(raw).toString('latin1') : '';
    parts.set(id, { head, stream });
  }
  return parts;
}

/** Glyphs of a font and the characters they stand for. */
function charactersOf(cmap: string): Map<string, string> {
  const found = new Map<string, string>();
  const letters = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, from = '', list = ''] of cmap.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/gi)) {
    const first = Number.parseInt(from, 16);
    for (const [index, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]+)>/gi)].entries())
      found.set((first + index).toString(16).padStart(4, '0'), letters(hex.replaceAll(' ', '')));
  }
  return found;
}
