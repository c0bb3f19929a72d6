import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** One template file: what it is called, and whose texts `{{t "key"}}` means in it. */
export interface Source {
  name: string;
  namespace: string;
  file: string;
}
export interface Theme {
  name: string;
  /** Itself, then what it inherits from, nearest first. */
  chain: string[];
}

/** All templates below a folder, without their ending, by path: `ui/card`. */
function templates(folder: string): { path: string; file: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.hbs'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: relative(folder, file).split(sep).join('/').slice(0, -4), file }));
}

/** The views of a plugin, named `<plugin>/<path>`. */
export function viewsOf(plugin: string, folder: string): Source[] {
  return templates(folder).map(({ path, file }) => ({ name: `${plugin}/${path}`, namespace: plugin, file }));
}

/** What one theme brings itself: partials by path, layouts as `layout/<name>`, and overrides of views. */
export function themeSources(folder: string): { parts: Source[]; overrides: Source[] } {
  return {
    parts: [
      ...templates(join(folder, 'partials')).map(({ path, file }) => ({ name: path, namespace: 'core', file })),
      ...templates(join(folder, 'layouts')).map(({ path, file }) => ({ name: `layout/${path}`, namespace: 'core', file })),
    ],
    overrides: templates(join(folder, 'views')).map(({ path, file }) => ({ name: path, namespace: path.slice(0, path.indexOf('/')), file })),
  };
}

/** The themes below a folder with their chains of inheritance. @throws on a missing or circular parent */
export function readThemes(root: string): Theme[] {
  const parents = new Map<string, string | null>();
  for (const entry of existsSync(root) ? readdirSync(root, { withFileTypes: true }) : []) {
    const file = join(root, entry.name, 'theme.json');
    if (!entry.isDirectory() || !existsSync(file)) continue;
    const described = JSON.parse(readFileSync(file, 'utf8')) as { extends?: string };
    parents.set(entry.name, described.extends ?? (entry.name === 'base' ? null : 'base'));
  }
  return [...parents.keys()].sort().map((name) => {
    const chain: string[] = [];
    for (let at: string | null | undefined = name; at; at = parents.get(at)) {
      if (chain.includes(at) || !parents.has(at)) throw new Error(`Theme ${name}: "${at}" is ${chain.includes(at) ? 'its own parent' : 'not a theme'}`);
      chain.push(at);
    }
    return { name, chain };
  });
}

/** Changes when any of the files does. */
export function fingerprint(folders: Iterable<string>): string {
  let latest = 0;
  let count = 0;
  for (const folder of folders) {
    for (const { file } of templates(folder)) {
      count++;
      latest = Math.max(latest, statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    }
  }
  return `${count} ${latest}`;
}
