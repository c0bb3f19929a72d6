import type Sharp from 'sharp';

export interface Picture {
  bytes: Buffer;
  thumb: Buffer;
  width: number;
  height: number;
}

/** About 100 megapixels: more than any camera, less than what a decompression bomb needs. */
const MAX_PIXELS = 100_000_000;
let sharp: Promise<typeof Sharp | null> | null = null;

/** The optional package that works on pictures; null where it is not installed. */
function load(): Promise<typeof Sharp | null> {
  sharp ??= import('sharp').then(
    (module) => module.default,
    () => null,
  );
  return sharp;
}

/**
 * Writes a picture anew, upright and without what the camera noted (place, owner, device), and a thumbnail of it.
 * Null where the package is missing. @throws when the picture is broken or too large
 */
export async function processPicture(path: string, type: string): Promise<Picture | null> {
  const make = await load();
  if (make === null) return null;
  const options = { limitInputPixels: MAX_PIXELS, animated: type === 'image/gif' };
  const upright = make(path, options).autoOrient();
  const encoders: Record<string, () => typeof upright> = {
    'image/png': () => upright.png(),
    'image/webp': () => upright.webp({ quality: 88 }),
    'image/gif': () => upright.gif(),
  };
  const encoded = encoders[type]?.() ?? upright.jpeg({ quality: 88 });
  const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
  const thumb = await make(data, { limitInputPixels: MAX_PIXELS })
    .resize({ width: 480, height: 480, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 78 })
    .toBuffer();
  return { bytes: data, thumb, width: info.width, height: info.pageHeight ?? info.height };
}
