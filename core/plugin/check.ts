import semver from 'semver';
import { z } from 'zod';
import type { Manifest } from './manifest.js';

/** Version of the contract in core/api.ts. */
export const coreVersion = '1.0.0';

/** Why a plugin cannot be used, as a translated sentence. */
export interface Refusal {
  key: string;
  vars?: Record<string, string | number>;
}

const id = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/);
const record = z.record(z.string().regex(/^[a-z][\w.-]*$/i), z.looseObject({})).optional();
const shape = z.looseObject({
  id,
  version: z.string().refine((v) => semver.valid(v) !== null),
  core: z.string().refine((v) => semver.validRange(v) !== null),
  license: id.optional(),
  requires: z.array(id).optional(),
  optional: z.array(id).optional(),
  permissions: record,
  settings: record,
  events: record,
  templates: record,
});

/** Checks a manifest as data; null = sound. The folder's name is the id. */
export function checkManifest(manifest: unknown, folder: string): Refusal | null {
  if (manifest === undefined) return { key: 'core:broken.noManifest', vars: { folder } };
  const result = shape.safeParse(manifest);
  if (!result.success) {
    const field = result.error.issues[0]?.path.join('.') || 'manifest';
    return { key: 'core:broken.manifestField', vars: { folder, field } };
  }
  if (result.data.id !== folder) return { key: 'core:broken.otherId', vars: { folder, id: result.data.id } };
  return null;
}

/** Does the plugin work with this core? */
export function checkVersion(manifest: Manifest): Refusal | null {
  return semver.satisfies(coreVersion, manifest.core) ? null : { key: 'core:reason.incompatible', vars: { needs: manifest.core, has: coreVersion } };
}

/** Required plugins first. Those in a cycle, or that need one that is not there, are told with the sentence why. */
export function orderByDependency(manifests: readonly Manifest[]): { order: Manifest[]; refused: Map<string, Refusal> } {
  const byId = new Map(manifests.map((m) => [m.id, m]));
  const order: Manifest[] = [];
  const refused = new Map<string, Refusal>();
  const path: string[] = [];
  const visit = (manifest: Manifest): void => {
    if (order.includes(manifest) || refused.has(manifest.id)) return;
    const start = path.indexOf(manifest.id);
    if (start >= 0) {
      const cycle = [...path.slice(start), manifest.id].join(' → ');
      for (const member of path.slice(start)) refused.set(member, { key: 'core:reason.cycle', vars: { cycle } });
      return;
    }
    path.push(manifest.id);
    for (const needed of manifest.requires ?? []) {
      const other = byId.get(needed);
      if (other) visit(other);
      else refused.set(manifest.id, { key: 'core:reason.missing', vars: { needed } });
    }
    path.pop();
    if (!refused.has(manifest.id)) order.push(manifest);
  };
  for (const manifest of manifests) visit(manifest);
  return { order, refused };
}
