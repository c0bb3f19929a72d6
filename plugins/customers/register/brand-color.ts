type Rgb = readonly [number, number, number];

/** Surfaces that colors of a customer stand on, light and dark. */
export const surfaces = { light: '#ffffff', dark: '#131b1b' } as const;
/** What text needs on its surface. */
export const minimum = 4.5;

/** Contrast of two colors such as `#0b6e68`, 1 to 21 (WCAG 2). */
export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(rgbOf(a)), luminance(rgbOf(b))].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The nearest color of the same hue that is readable on the surface: its lightness moves until it is. */
export function readable(color: string, surface: string): string {
  const { l, a, b } = oklabOf(rgbOf(color));
  const away = luminance(rgbOf(surface)) > 0.5 ? -0.01 : 0.01;
  for (let lightness = l; lightness >= 0 && lightness <= 1; lightness += away) {
    const hex = hexOf(rgbFrom(lightness, a, b));
    if (contrast(hex, surface) >= minimum) return hex;
  }
  return away < 0 ? '#000000' : '#ffffff';
}

function rgbOf(hex: string): Rgb {
  const channel = (at: number): number => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function hexOf(rgb: Rgb): string {
  const digits = rgb.map((value) => {
    const bounded = Math.min(1, Math.max(0, value));
    const gamma = bounded <= 0.0031308 ? bounded * 12.92 : 1.055 * bounded ** (1 / 2.4) - 0.055;
    return Math.round(gamma * 255)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${digits.join('')}`;
}

const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** Oklab: lightness as eyes see it, apart from the hue (Ottosson 2020). */
function oklabOf([r, g, b]: Rgb): { l: number; a: number; b: number } {
  const x = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const y = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const z = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    l: 0.2104542553 * x + 0.793617785 * y - 0.0040720468 * z,
    a: 1.9779984951 * x - 2.428592205 * y + 0.4505937099 * z,
    b: 0.0259040371 * x + 0.7827717662 * y - 0.808675766 * z,
  };
}

function rgbFrom(l: number, a: number, b: number): Rgb {
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ];
}
