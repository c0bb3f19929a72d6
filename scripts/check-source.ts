import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { projectRoot } from '../core/paths.js';

export interface SourceFile {
  /** Path below the project, with slashes. */
  path: string;
  text: string;
}
export interface Import {
  /** Path below the project (`core/api.ts`), or the name of a package. */
  target: string;
  /** Imported names; `*` for all of them. */
  names: string[];
  typeOnly: boolean;
}

/** All TypeScript of some folders. */
export function sources(folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => {
    const root = join(projectRoot, folder);
    const entries = readdirSync(root, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({ path: relative(projectRoot, file).split(sep).join('/'), text: readFileSync(file, 'utf8') }));
  });
}

const STATEMENT = /^[ \t]*(?:import|export)\s+(type\s+)?(\{[^}]*\}|\*(?:\s+as\s+\w+)?|\w+(?:\s*,\s*(?:\{[^}]*\}|\*\s+as\s+\w+))?)\s+from\s+'([^']+)'/gm;
const SIDE_EFFECT = /^import\s+'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)(?:\.(\w+))?/g;

/** What a file imports and passes on. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  for (const [, type, clause = '', from = ''] of file.text.matchAll(STATEMENT))
    found.push({ target: target(file, from), names: names(clause), typeOnly: type !== undefined });
  for (const [, from = ''] of file.text.matchAll(SIDE_EFFECT)) found.push({ target: target(file, from), names: [], typeOnly: false });
  for (const [, from = '', name] of file.text.matchAll(DYNAMIC)) found.push({ target: target(file, from), names: [name ?? '*'], typeOnly: name !== undefined });
  return found;
}

function target(file: SourceFile, from: string): string {
  if (!from.startsWith('.')) return from;
  const path = resolve(projectRoot, dirname(file.path), from);
  return relative(projectRoot, path).split(sep).join('/').replace(/\.js$/, '.ts');
}

function names(clause: string): string[] {
  if (clause.startsWith('*')) return ['*'];
  const braces = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
  const named = braces.split(',').map(
    (part) =>
      part
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/)[0] ?? '',
  );
  const standard = clause.startsWith('{') ? [] : ['default'];
  return [...standard, ...named.filter((name) => name !== '')];
}
