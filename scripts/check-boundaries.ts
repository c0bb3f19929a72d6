import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { outRoot } from '../core/paths.js';
import { importsOf, type Import, type SourceFile } from './check-source.js';

type Needs = { requires?: readonly string[]; optional?: readonly string[] };

/** Who may import whom, types included (architecture.md §10, rules 1 to 4). */
export async function checkBoundaries(files: readonly SourceFile[]): Promise<string[]> {
  const plugins = [...new Set(files.flatMap(({ path }) => /^plugins\/([^/]+)\//.exec(path)?.[1] ?? []))];
  const needs = new Map(await Promise.all(plugins.map(async (id) => [id, await needsOf(id)] as const)));
  return files.flatMap((file) => importsOf(file).flatMap((imported) => problem(file.path, imported, needs) ?? []));
}

/** Manifests are pure data, so importing one does nothing else. */
async function needsOf(id: string): Promise<Needs> {
  const path = join(outRoot, 'plugins', id, 'manifest.js');
  if (!existsSync(path)) return {};
  const module = (await import(pathToFileURL(path).href)) as { manifest?: Needs };
  return module.manifest ?? {};
}

function problem(path: string, imported: Import, needs: ReadonlyMap<string, Needs>): string | null {
  const { target, typeOnly } = imported;
  if (path.startsWith('themes/')) return `${path}: a theme holds no code`;
  if (path.startsWith('core/')) {
    if (/^(plugins|themes)\//.test(target)) return `${path} imports ${target}: the core knows no plugin`;
    return alone(path, target, typeOnly) ? null : `${path} imports ${target}: the host and the license need only events, the types of settings, and errors`;
  }
  const plugin = /^plugins\/([^/]+)\//.exec(path)?.[1];
  return plugin === undefined ? null : foreign(path, plugin, imported, needs.get(plugin) ?? {});
}

/** The contract in core/plugin names other areas' types; at run time it needs none of them. */
function alone(path: string, target: string, typeOnly: boolean): boolean {
  if (!/^core\/(plugin|license)\//.test(path) || !target.startsWith('core/')) return true;
  if (/^core\/(plugin|license|events)\//.test(target) || /^core\/(errors|paths|tokens|manifest)\.ts$/.test(target)) return true;
  return typeOnly && /\/(service-)?types\.ts$/.test(target);
}

function foreign(path: string, plugin: string, { target, typeOnly }: Import, needs: Needs): string | null {
  if (target.startsWith('core/'))
    return target === 'core/api.ts' || path.includes('/browser/') ? null : `${path} imports ${target}: plugins import core/api.ts only`;
  const other = /^plugins\/([^/]+)\/(.+)$/.exec(target);
  if (!other || other[1] === plugin) return null;
  const [, id = '', file] = other;
  if (file !== 'api.ts') return `${path} imports ${target}: of another plugin only api.ts`;
  const allowed = needs.requires?.includes(id) || (typeOnly && needs.optional?.includes(id));
  return allowed ? null : `${path} imports ${target}, but its manifest does not require ${id}`;
}
