import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkManifest, type Refusal } from './check.js';
import type { Manifest } from './manifest.js';
import type { Plugin } from './context.js';

/** A plugin's two folders: compiled code, and the sources that hold views, locales and assets. */
export interface PluginFolder {
  name: string;
  code: string;
  assets: string;
}
export interface Discovered {
  folder: PluginFolder;
  manifest: Manifest;
}

/** Lists the plugin folders below pairs of (compiled, source) roots. */
export function pluginFolders(roots: readonly { code: string; assets: string }[]): PluginFolder[] {
  return roots.flatMap(({ code, assets }) =>
    existsSync(code)
      ? readdirSync(code, { withFileTypes: true })
          .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
          .map(({ name }) => ({ name, code: join(code, name), assets: join(assets, name) }))
      : [],
  );
}

/** Imports manifests only: pure data. A plugin's code is imported when it is started. */
export async function discover(folders: readonly PluginFolder[]): Promise<{ found: Discovered[]; broken: { folder: string; reason: Refusal }[] }> {
  const found: Discovered[] = [];
  const broken: { folder: string; reason: Refusal }[] = [];
  for (const folder of folders) {
    try {
      const file = join(folder.code, 'manifest.js');
      const manifest = existsSync(file) ? ((await import(pathToFileURL(file).href)) as { manifest?: Manifest }).manifest : undefined;
      const reason =
        checkManifest(manifest, folder.name) ??
        (found.some((f) => f.manifest.id === folder.name) ? { key: 'core:broken.twice', vars: { folder: folder.name } } : null);
      if (reason) broken.push({ folder: folder.name, reason });
      else found.push({ folder, manifest: manifest! });
    } catch (error) {
      broken.push({ folder: folder.name, reason: { key: 'core:broken.manifestThrows', vars: { folder: folder.name, error: sentence(error) } } });
    }
  }
  return { found, broken };
}

/** Imports a plugin's code. @throws Error with the sentence why it is not a plugin */
export async function importPlugin({ folder, manifest }: Discovered): Promise<Plugin> {
  const file = join(folder.code, 'index.js');
  if (!existsSync(file)) throw new Error(`plugins/${folder.name} has no index.js`);
  const plugin = ((await import(pathToFileURL(file).href)) as { default?: Partial<Plugin> }).default;
  if (typeof plugin?.register !== 'function') throw new Error(`plugins/${folder.name}/index.js does not export definePlugin(...) as its default`);
  if (plugin.manifest?.id !== manifest.id) throw new Error(`plugins/${folder.name}/index.js registers another manifest than its own`);
  return plugin as Plugin;
}

/** First line of an error, for people. */
export function sentence(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 300);
}
