import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../core/paths.js';

type Pair = readonly [string, string];
const themesRoot = join(projectRoot, 'themes');

/** What every theme must keep readable: text on the surfaces it stands on, 4.5:1. */
const text: Record<string, readonly string[]> = {
  text: ['bg', 'surface', 'surface-2', 'surface-3', 'brand-soft', 'warn-soft', 'bad-soft', 'info-soft', 'ok-soft', 'note-soft'],
  'text-2': ['bg', 'surface', 'surface-2', 'surface-3', 'brand-soft', 'note-soft'],
  'text-3': ['bg', 'surface', 'surface-2', 'brand-soft'],
  'brand-text': ['bg', 'surface', 'surface-2', 'brand-soft', 'warn-soft', 'info-soft'],
  'on-brand': ['brand', 'brand-hover'],
  ok: ['surface', 'bg', 'ok-soft', 'surface-2'],
  warn: ['surface', 'bg', 'warn-soft', 'surface-2'],
  bad: ['surface', 'bg', 'bad-soft', 'surface-2'],
  info: ['surface', 'bg', 'info-soft', 'surface-2'],
  'on-impersonation': ['impersonation'],
  'on-inverse': ['inverse'],
  'inverse-link': ['inverse'],
};
/** Outlines of controls and filled shapes that carry meaning, 3:1. */
const shapes: Record<string, readonly string[]> = {
  'line-strong': ['surface', 'bg'],
  brand: ['surface', 'bg'],
  'ok-fill': ['surface'],
  'warn-fill': ['surface'],
  'bad-fill': ['surface'],
  'info-fill': ['surface'],
};

function tokensOf(theme: string): Map<string, Pair> {
  const { extends: parent } = JSON.parse(readFileSync(join(themesRoot, theme, 'theme.json'), 'utf8')) as { extends: string | null };
  const tokens = parent ? tokensOf(parent) : new Map<string, Pair>();
  const file = join(themesRoot, theme, 'css/tokens.css');
  if (!existsSync(file)) return tokens;
  for (const [, name = '', light = '', dark = ''] of readFileSync(file, 'utf8').matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g))
    tokens.set(name, [light, dark]);
  return tokens;
}

function luminance(hex: string): number {
  const full = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit).join('') : hex.slice(1);
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const channel = parseInt(full.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe('colors', () => {
  for (const theme of readdirSync(themesRoot).filter((name) => existsSync(join(themesRoot, name, 'theme.json')))) {
    it(`are readable in the theme ${theme}, light and dark`, () => {
      const tokens = tokensOf(theme);
      const poor: string[] = [];
      for (const [wanted, pairs] of [
        [4.5, text],
        [3, shapes],
      ] as const) {
        for (const [front, backs] of Object.entries(pairs)) {
          for (const back of backs) {
            (['light', 'dark'] as const).forEach((mode, at) => {
              const [over, under] = [tokens.get(front)?.[at], tokens.get(back)?.[at]];
              if (!over || !under) throw new Error(`${theme}: --${over ? back : front} is not a pair of colors`);
              const found = ratio(over, under);
              if (found < wanted) poor.push(`${mode} --${front} on --${back}: ${found.toFixed(2)}`);
            });
          }
        }
      }
      expect(poor).to.deep.equal([]);
    });
  }
});
