import { z } from 'zod';
import type { Access } from '../access/types.js';
import { isLive, type ApiTokens } from '../accounts/tokens/api-tokens.js';
import type { ApiTokenRow } from '../accounts/tokens/model.js';
import { toDate } from '../database/types.js';
import { guard, signedIn, stepUp, type FormState, type PageContext, type PageModule } from '../http/types.js';
import type { Clock } from '../tokens.js';

export interface TokenPageDeps {
  tokens: ApiTokens;
  access: Access;
  clock: Clock;
  /** Address of a site. */
  url(site: string): string;
}
const pageSize = 50;
const path = '/profile/api-tokens';
const periods = ['30', '90', '180', '365'] as const;
const several = z.preprocess((value) => (value === undefined ? [] : [value].flat()), z.array(z.string().max(140)).max(500));
const input = z.object({
  name: z.string().trim().min(1).max(80),
  days: z.enum([...periods, 'never']),
  reach: z.enum(['all', 'chosen']),
  permissions: several,
  readOnly: z.preprocess((value) => value !== undefined && value !== '', z.boolean()),
});

/** A person's own API tokens, on both sites. */
export function tokenPages({ tokens, access, clock, url }: TokenPageDeps): PageModule {
  return (page) => {
    page.get(path, signedIn(), async (c) => {
      const rows = await tokens.list(c.actor.account?.id ?? 0);
      const title = c.t('core:apiTokens.title');
      const shown = rows.filter(({ revoked_at }) => revoked_at === null).map((row) => toLine(c, row, clock.now()));
      c.view('core/api-tokens', { title, tokens: shown, allowed: tokens.mayHave(c.actor.kind) }, { title });
    });

    const form = async (c: PageContext, state: FormState) => {
      const held = await access.held(c.actor);
      const title = c.t('core:apiTokens.new.title');
      const days = [...periods, ...((await tokens.mayBeEndless(c.actor)) ? ['never'] : [])];
      const groups = new Map<string, { label: string; options: object[] }>();
      for (const { id, plugin } of access.permissions().filter((one) => held.has(one.id))) {
        const group = groups.get(plugin) ?? { label: c.t(plugin === 'core' ? 'core:roles.core' : `${plugin}:plugin.name`), options: [] };
        groups.set(plugin, group);
        const key = `${plugin}:permission.${id.slice(plugin.length + 1)}`;
        group.options.push({ value: id, label: c.t(key), hint: c.t(`${key}.help`) });
      }
      c.view(
        'core/api-token-new',
        {
          title,
          form: state,
          allowed: tokens.mayHave(c.actor.kind),
          groups: [...groups.values()],
          reaches: ['all', 'chosen'].map((value) => ({ value, label: c.t(`core:apiTokens.reach.${value}`) })),
          periods: days.map((value) => ({
            value,
            label: value === 'never' ? c.t('core:apiTokens.never') : c.t('core:apiTokens.days', { count: Number(value) }),
          })),
        },
        { title },
      );
    };
    page.form(`${path}/new`, stepUp(signedIn('write')), {
      schema: input,
      initial: () => ({ days: '90', reach: 'all' }),
      show: form,
      async submit(c, { name, days, reach, permissions, readOnly }) {
        const { secret } = await tokens.create(c.actor, {
          name,
          readOnly,
          days: days === 'never' ? null : Number(days),
          permissions: reach === 'all' ? null : permissions,
        });
        const title = c.t('core:apiTokens.made.title');
        c.res.set('Cache-Control', 'no-store');
        c.view('core/api-token-made', { title, name, secret, origin: url(c.site) }, { title });
      },
    });

    page.post(`${path}/:id/revoke`, signedIn('write'), async (c) => {
      await tokens.revokeOwn(c.actor, c.id());
      c.redirect(path, { key: 'core:apiTokens.toast.revoked' });
    });
  };
}

/** The tokens of everybody, for administrators. Register it before the settings pages. */
export function allTokenPages({ tokens, clock }: TokenPageDeps): PageModule {
  return (page) => {
    page.get('/settings/api-tokens', guard('core.accounts.manage'), async (c) => {
      const { before } = c.query(z.object({ before: z.coerce.number().int().positive().optional().catch(undefined) }));
      const { rows, next } = await tokens.page(c.actor, before ?? null, pageSize);
      const title = c.t('core:apiTokens.all.title');
      const lines = rows.map((row) => ({ ...toLine(c, fromQuery(row), clock.now()), owner: row.owner, email: row.owner_email }));
      c.view('core/api-tokens-all', { title, tokens: lines, next: next === null ? null : `/settings/api-tokens?before=${next}` }, { title });
    });
    page.post('/settings/api-tokens/:id/revoke', guard('core.accounts.manage', 'write'), async (c) => {
      await tokens.revoke(c.actor, c.id());
      c.redirect('/settings/api-tokens', { key: 'core:apiTokens.toast.revoked' });
    });
  };
}

function fromQuery(row: ApiTokenRow): ApiTokenRow {
  const { created_at, expires_at, last_used_at, ...rest } = row;
  return { ...rest, created_at: toDate(created_at), expires_at: toDate(expires_at), last_used_at: toDate(last_used_at) };
}

function toLine(c: PageContext, row: ApiTokenRow, now: Date) {
  const { id, name, ending, created_at, expires_at, last_used_at, last_used_ip } = row;
  const permissions = row.permissions === null ? null : (JSON.parse(row.permissions) as string[]);
  const reach = permissions === null ? c.t('core:apiTokens.reach.owner') : c.t('core:apiTokens.permissions', { count: permissions.length });
  return {
    id,
    name,
    ending,
    created: created_at,
    expires: expires_at,
    used: last_used_at,
    address: last_used_ip,
    reach,
    readOnly: Boolean(row.read_only),
    expired: !isLive(row, now),
    permissions: permissions?.map((permission) => c.t(permissionKey(permission))) ?? [],
  };
}
const permissionKey = (id: string): string => id.replace(/^([^.]+)\./, '$1:permission.');
