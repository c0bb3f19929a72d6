import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileTypeFromFile } from 'file-type';

/** Pictures that browsers show and that are safe to show. */
export const PICTURES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

const OTHERS: ReadonlySet<string> = new Set([
  'image/heic',
  'application/pdf',
  'application/zip',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
]);
const TEXTS: Readonly<Record<string, string>> = { '.txt': 'text/plain', '.log': 'text/plain', '.csv': 'text/csv' };

/** The type that the content shows, or null: everything that is not known to be harmless is refused. The name only tells text from table. */
export async function contentType(path: string, name: string): Promise<string | null> {
  const found = await fileTypeFromFile(path);
  if (found !== undefined) return PICTURES.has(found.mime) || OTHERS.has(found.mime) ? found.mime : null;
  const text = TEXTS[extname(name).toLowerCase()];
  return text !== undefined && (await looksLikeText(path)) ? text : null;
}

/** UTF-8 without control characters that does not begin like markup. */
async function looksLikeText(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0);
    const bytes = buffer.subarray(0, bytesRead);
    // A character cut in two at the end of the sample is not wrong.
    const whole = bytesRead < 65_536 ? bytes : bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    const text = whole.toString('utf8').replace(/^\uFEFF/, '');
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    return isUtf8(whole) && !/[\0-\x08\x0e-\x1f]/.test(text) && !/^\s*</.test(text);
  } finally {
    await file.close();
  }
}
