import { importsOf, type SourceFile } from './check-source.js';

const DECLARED = /^export\s+(?:declare\s+)?(?:abstract\s+)?(async function\*?|function\*?|class|const|let|interface|type|enum)\s+(\w+)/gm;
const LISTED = /^export\s+\{([^}]*)\}\s*;/gm;

/** Found by the host, not by an import: entry points, manifests, migrations, browser bundles. */
const ENTRY = /(^|\/)(api|main|manifest)\.ts$|^plugins\/[^/]+\/index\.ts$|\/migrations\/|\/browser\//;

/** Exported names that nobody imports. Types may be exported when another export of their file speaks of them. */
export function deadExports(exporting: readonly SourceFile[], importing: readonly SourceFile[]): string[] {
  const used = new Map<string, Set<string>>();
  for (const file of importing) {
    for (const { target, names } of importsOf(file)) {
      const known = used.get(target) ?? new Set();
      used.set(target, known);
      for (const name of names) known.add(name);
    }
  }
  return exporting.filter(({ path }) => !ENTRY.test(path)).flatMap((file) => dead(file, used.get(file.path) ?? new Set()));
}

function dead(file: SourceFile, used: ReadonlySet<string>): string[] {
  if (used.has('*')) return [];
  const exported = [...file.text.matchAll(DECLARED)].map(([, kind = '', name = '']) => ({ name, type: kind === 'interface' || kind === 'type' }));
  for (const [, list = ''] of file.text.matchAll(LISTED)) {
    for (const part of list.split(','))
      exported.push({
        name:
          part
            .trim()
            .split(/\s+as\s+/)
            .at(-1) ?? '',
        type: false,
      });
  }
  return exported
    .filter(({ name, type }) => name !== '' && !used.has(name) && !(type && mentions(file.text, name) > 1))
    .map(({ name }) => `${file.path} exports ${name}, which nobody imports`);
}

function mentions(text: string, name: string): number {
  return [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length;
}
