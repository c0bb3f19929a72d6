import type { SourceFile } from './check-source.js';

const MEDIAN = 80;
const P90 = 250;
const MOST = 400;
const WIRING = 40;

export interface Sizes {
  files: number;
  median: number;
  p90: number;
  max: number;
}

/** Lines per file of what is built in, and what breaks the rules. */
export function checkFiles(files: readonly SourceFile[]): { sizes: Sizes; problems: string[] } {
  const counted = files.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));
  const sorted = counted.map(({ lines }) => lines).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const sizes = { files: sorted.length, median: at(0.5), p90: at(0.9), max: sorted.at(-1) ?? 0 };
  const problems = counted.filter(({ lines }) => lines > MOST).map(({ path, lines }) => `${path} has ${lines} lines; the most is ${MOST}`);
  for (const { path, lines } of counted)
    if (/^plugins\/[^/]+\/index\.ts$/.test(path) && lines > WIRING) problems.push(`${path} has ${lines} lines; wiring takes at most ${WIRING}`);
  if (sizes.median > MEDIAN) problems.push(`the median is ${sizes.median} lines; at most ${MEDIAN}`);
  if (sizes.p90 > P90) problems.push(`nine in ten files may have at most ${P90} lines; now it is ${sizes.p90}`);
  return { sizes, problems };
}
