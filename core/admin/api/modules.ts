import { z } from 'zod';
import { NotFoundError } from '../../errors.js';
import { guard } from '../../http/types.js';
import type { LicenseService } from '../../license/license-service.js';
import type { PluginHost, PluginStatus } from '../../plugin/types.js';
import { listOf, time, type ApiModule } from '../../rest/types.js';
import type { Translator } from '../../views/types.js';
import type { ModuleSwitch } from '../module-switch.js';

export interface ModuleApiDeps {
  host: PluginHost;
  license: LicenseService;
  translator: Translator;
  switch: ModuleSwitch;
}
const module = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  state: z.string().describe('Such as `active`, `disabled`, `unlicensed`, `quarantined`.'),
  reason: z.string().nullable(),
  enabled: z.boolean().describe('The switch.'),
  builtIn: z.boolean().describe('Has no switch.'),
  license: z.object({ state: z.string(), writable: z.boolean(), until: time.nullable() }).nullable(),
  faults: z.number().int(),
});
const license = z.object({
  state: z.string(),
  writable: z.boolean(),
  until: time.nullable(),
  licensee: z.string().nullable().describe('Null while no license is installed.'),
  instanceId: z.string(),
  seats: z.array(z.object({ kind: z.string(), used: z.number().int().nullable(), limit: z.number().int().nullable() })),
});
const params = { id: z.string().describe('Such as `portal`.') };

/** Modules with their switches, and the license. */
export function moduleApi(deps: ModuleApiDeps): ApiModule {
  const { host } = deps;
  const read = guard('core.modules.manage');
  const find = (id: string | undefined) => {
    const status = host.list().find((one) => one.id === id);
    if (!status) throw new NotFoundError();
    return status;
  };
  return (api) => {
    api.on('get', '/modules', read, { summary: 'All modules and how they stand', response: listOf(module) }, async ({ language }) => ({
      items: host.list().map((status) => toAnswer(deps, language, status)),
      next: null,
    }));
    api.on('get', '/modules/:id', read, { summary: 'One module', params, response: module }, async (c) => toAnswer(deps, c.language, find(c.params['id'])));
    api.on(
      'put',
      '/modules/:id',
      guard('core.modules.manage', 'write'),
      {
        summary: 'Switch a module on or off',
        description: 'Acts at once, without a restart. Modules that need it stop with it. Built-in modules have no switch.',
        params,
        body: z.object({ enabled: z.boolean() }),
        response: module,
        transaction: false,
      },
      async (c) => {
        const status = find(c.params['id']);
        if (status.builtIn) throw new NotFoundError();
        await deps.switch.turn(c.actor, status, c.body.enabled);
        return toAnswer(deps, c.language, find(status.id));
      },
    );
    api.on('get', '/license', read, { summary: 'The license in force', response: license }, async () => {
      const { term, license: file, instanceId } = deps.license.current();
      return {
        state: term.state,
        writable: term.writable,
        until: term.until,
        licensee: file?.payload.licensee.name ?? null,
        instanceId,
        seats: await deps.license.seats.count(),
      };
    });
  };
}

function toAnswer({ license: licenses, translator }: ModuleApiDeps, language: string, { id, manifest, state, reason, enabled, builtIn, faults }: PluginStatus) {
  const feature = manifest.license === undefined ? null : licenses.module(manifest.license);
  return {
    id,
    name: translator.t(language, `${id}:plugin.name`),
    version: manifest.version,
    state,
    reason: reason && translator.t(language, reason.key, reason.vars),
    enabled,
    builtIn,
    license: feature && { state: feature.state, writable: feature.writable, until: feature.until },
    faults,
  };
}
