import sharp from 'sharp';

/** A JPEG as a telephone makes it: not square, with a place in its EXIF data. */
export function photo(width = 800, height = 600): Promise<Buffer<ArrayBuffer>> {
  return sharp({ create: { width, height, channels: 3, background: { r: 30, g: 120, b: 160 } } })
    .withExif({ IFD0: { Make: 'Test camera' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '59/1 20/1 0/1' } })
    .jpeg({ quality: 80 })
    .toBuffer() as Promise<Buffer<ArrayBuffer>>;
}
