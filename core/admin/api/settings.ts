import { z } from 'zod';
import type { Actor } from '../../access/types.js';
import { InvalidInputError, NotFoundError } from '../../errors.js';
import { guard } from '../../http/types.js';
import { listOf, time, type ApiModule } from '../../rest/types.js';
import type { SettingsService, SettingState } from '../../settings/settings-service.js';

const setting = z.object({
  key: z.string(),
  plugin: z.string(),
  type: z.string(),
  value: z.unknown().describe('Null for secrets, which are never told.'),
  default: z.unknown(),
  changed: z.boolean().describe('Does it differ from the default? For a secret: is one saved?'),
  options: z.array(z.string()).optional(),
  updatedAt: time.nullable(),
});
const value = z.union([z.string().max(20_000), z.number(), z.boolean(), z.array(z.string().max(1000)).max(300)]);
const params = { key: z.string().describe('Such as `core.companyName`.') };

/** Settings: the same checks, history and audit as by their pages. */
export function settingsApi({ settings }: { settings: SettingsService }): ApiModule {
  const read = guard('core.settings.manage');
  const write = guard('core.settings.manage', 'write');
  const find = (key: string | undefined) => {
    const state = settings.states().find((one) => one.key === key);
    if (!state) throw new NotFoundError();
    return state;
  };
  const change = async (actor: Actor, key: string, value: unknown) => {
    try {
      await settings.change(actor, { [key]: value });
    } catch (error) {
      if (error instanceof InvalidInputError) throw new InvalidInputError({ value: Object.values(error.fields)[0] ?? error.detail });
      throw error;
    }
  };
  return (api) => {
    const query = z.object({ plugin: z.string().max(60).optional().describe('Those of one module only.') });
    api.on('get', '/settings', read, { summary: 'All settings', query, response: listOf(setting) }, async ({ query: { plugin } }) => ({
      items: settings.states(plugin).map(toAnswer),
      next: null,
    }));
    api.on('get', '/settings/:key', read, { summary: 'One setting', params, response: setting }, async (c) => toAnswer(find(c.params['key'])));
    api.on(
      'put',
      '/settings/:key',
      write,
      { summary: 'Change a setting; it acts at once', params, body: z.object({ value }), response: setting, transaction: false },
      async ({ actor, params: { key }, body }) => {
        await change(actor, find(key).key, body.value);
        return toAnswer(find(key));
      },
    );
    api.on(
      'delete',
      '/settings/:key',
      write,
      { summary: 'Put a setting back to its default', params, response: setting, transaction: false },
      async ({ actor, params: { key } }) => {
        await settings.reset(actor, find(key).key);
        return toAnswer(find(key));
      },
    );
  };
}

function toAnswer({ key, plugin, decl, value, changed, updatedAt }: SettingState) {
  const options = 'options' in decl ? { options: [...decl.options] } : {};
  return { key, plugin, type: decl.type, value: decl.type === 'secret' ? null : value, default: decl.default, changed, ...options, updatedAt };
}
