import { crc32, deflateSync } from 'node:zlib';
import type { Random } from './random.js';

const signature = { width: 600, height: 240 };
const width = 640;
const height = 420;
type Color = readonly [number, number, number];
const walls: readonly Color[] = [
  [203, 213, 225],
  [214, 211, 209],
  [199, 210, 205],
  [221, 214, 196],
];
const machines: readonly Color[] = [
  [51, 94, 140],
  [92, 107, 122],
  [47, 110, 96],
  [140, 82, 51],
];

/** A made-up photo of a machine in front of a wall, with its warning lamp on: a PNG file. */
export function drawPhoto(random: Random): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  const wall = random.pick(walls);
  const machine = random.pick(machines);
  fill(pixels, 0, 0, width, height, wall, 0.75);
  fill(pixels, 0, 300, width, 120, [120, 113, 108], 0.6);
  const left = random.int(90, 200);
  const size = random.int(220, 320);
  fill(pixels, left, 90, size, 250, machine, 0.7);
  for (let line = 0; line < 5; line++) fill(pixels, left + 24, 210 + line * 20, size - 48, 8, [30, 41, 59], 1);
  fill(pixels, left + 24, 116, 90, 60, [226, 232, 240], 0.9);
  disc(pixels, left + size - 50, 146, 22, [220, 38, 38]);
  disc(pixels, left + size - 56, 140, 7, [254, 202, 202]);
  return png(pixels);
}

/** A made-up signature: a line that swings and ends in a flourish. */
export function drawSignature(random: Random): Buffer {
  const { width: wide, height: high } = signature;
  const pixels = Buffer.alloc(wide * high * 3, 255);
  const [swing, speed, slope] = [random.int(30, 60), random.int(9, 14), random.int(-20, 20)];
  for (let step = 0; step < 4_000; step++) {
    const part = step / 4_000;
    const x = 60 + part * (wide - 120) + Math.sin(part * speed * 6) * 14;
    const y = high / 2 + Math.sin(part * speed * 4) * swing * (1 - part * 0.7) + part * slope;
    for (let row = -2; row <= 2; row++)
      for (let column = -2; column <= 2; column++) dot(pixels, Math.round(x) + column, Math.round(y) + row, [16, 24, 40], 1, wide);
  }
  return png(pixels, wide, high);
}

/** A rectangle that gets darker towards its lower edge. */
function fill(pixels: Buffer, left: number, top: number, wide: number, high: number, color: Color, shade: number): void {
  for (let y = top; y < Math.min(top + high, height); y++) {
    const light = 1 - ((1 - shade) * (y - top)) / high;
    for (let x = left; x < Math.min(left + wide, width); x++) dot(pixels, x, y, color, light);
  }
}

function disc(pixels: Buffer, centerX: number, centerY: number, radius: number, color: Color): void {
  for (let y = centerY - radius; y <= centerY + radius; y++) {
    for (let x = centerX - radius; x <= centerX + radius; x++) if ((x - centerX) ** 2 + (y - centerY) ** 2 <= radius ** 2) dot(pixels, x, y, color, 1);
  }
}

function dot(pixels: Buffer, x: number, y: number, color: Color, light: number, wide = width): void {
  for (const [channel, value] of color.entries()) pixels[(y * wide + x) * 3 + channel] = Math.round(value * light);
}

function png(pixels: Buffer, wide = width, high = height): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(wide, 0);
  header.writeUInt32BE(high, 4);
  // Eight bits for each of red, green and blue.
  header.set([8, 2, 0, 0, 0], 8);
  // Every line begins with its filter: none.
  const lines = Buffer.alloc(high * (wide * 3 + 1));
  for (let y = 0; y < high; y++) pixels.copy(lines, y * (wide * 3 + 1) + 1, y * wide * 3, (y + 1) * wide * 3);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
