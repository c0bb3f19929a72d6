import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModuleLicenseState } from '../../../core/license/types.js';
import type { Refusal } from '../../../core/plugin/check.js';
import type { PluginContext } from '../../../core/plugin/context.js';
import { discover, pluginFolders } from '../../../core/plugin/discovery.js';
import { Host, type HostParts } from '../../../core/plugin/host.js';
import type { PluginState } from '../../../core/plugin/types.js';

/** What a plugin of these tests does: `manifest` adds to a sound one, the rest is JavaScript of `index.js`. */
export interface PluginSource {
  manifest?: object;
  register?: string;
  start?: string;
}
export interface World {
  host: Host;
  /** What happened, in order. */
  log: string[];
  switches: Map<string, boolean>;
  licenses: Map<string, ModuleLicenseState>;
  found: string[];
  state(id: string): PluginState;
  reason(id: string): Refusal | null;
  remove(): Promise<void>;
}

/** A host of its own over plugins that are written to a folder for the test. Inside them, `ctx.note(text)` writes to the log. */
export async function hostWorld(sources: Record<string, PluginSource>, change: Partial<HostParts> = {}): Promise<World> {
  const root = mkdtempSync(join(tmpdir(), 'portico-plugins-'));
  for (const [id, { manifest, register = '', start }] of Object.entries(sources)) {
    mkdirSync(join(root, id));
    const data = JSON.stringify({ id, version: '1.0.0', core: '^1.0.0', license: id, ...manifest });
    writeFileSync(join(root, id, 'manifest.js'), `export const manifest = ${data};`);
    const methods = `async register(ctx) { ctx.note('${id} registers'); ctx.scope.add(() => ctx.note('${id} is undone')); ${register} }`;
    writeFileSync(
      join(root, id, 'index.js'),
      `import { manifest } from './manifest.js';\nexport default { manifest, ${methods}${start ? `, async start(ctx) { ${start} }` : ''} };`,
    );
  }
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  const log: string[] = [];
  const switches = new Map<string, boolean>();
  const licenses = new Map<string, ModuleLicenseState>();
  const discovery = await discover(pluginFolders([{ code: root, assets: root }]));
  const host = new Host(
    {
      licensing: {
        module(feature) {
          const state = licenses.get(feature) ?? 'valid';
          const usable = state !== 'none' && state !== 'pending';
          return { state, usable, writable: usable && state !== 'read-only', until: null };
        },
        onChange: () => () => undefined,
      },
      store: {
        load: () => Promise.resolve(new Map(switches)),
        save: (id, enabled) => Promise.resolve(void switches.set(id, enabled)),
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      safeMode: false,
      migrate: ({ manifest }) => Promise.resolve(void log.push(`${manifest.id} migrates`)),
      contribute(plugin, scope) {
        scope.add(() => void log.push(`${plugin.manifest.id} loses its services`));
        const context = { id: plugin.manifest.id, scope, note: (text: string) => log.push(text) };
        return { context: context as unknown as PluginContext, settle: () => Promise.resolve() };
      },
      drain: (id) => Promise.resolve(void log.push(`${id} drains`)),
      traffic: () => ({ requests: 0, p95: 0 }),
      changed: (id, state) => void log.push(`${id}: ${state}`),
      ...change,
    },
    discovery,
  );
  const entry = (id: string) => {
    const status = host.list().find((one) => one.id === id);
    if (!status) throw new Error(`no plugin ${id}`);
    return status;
  };
  return {
    host,
    log,
    switches,
    licenses,
    found: discovery.found.map((one) => one.manifest.id),
    state: (id) => entry(id).state,
    reason: (id) => entry(id).reason,
    async remove() {
      await host.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
