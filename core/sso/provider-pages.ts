import { z } from 'zod';
import { stepUp, type FormState, type Guard, type PageContext, type PageRouter } from '../http/types.js';
import type { Option } from '../admin/account-pages.js';
import { providerInput } from './inputs.js';
import type { IdentityProvider, IdentityProviders, ProviderTest } from './types.js';

/** Where the pages of sign-in services stand, and whose they are. */
export interface ProviderPageOptions {
  providers: IdentityProviders;
  /** Path of the list, with its parameters: `/customers/:id/sign-in`. */
  path: string;
  /** The same for one request. */
  base(c: PageContext): string;
  owner(c: PageContext): string | null;
  /** Guard for changes; showing who one is comes on top. */
  write: Guard;
  /** Text of the link back to the list. */
  back(c: PageContext): Promise<string> | string;
  /** Absolute addresses that the provider has to know, with the site's name where there are several. */
  redirects(c: PageContext): { label: string; url: string }[];
  /** Roles that new accounts of staff may get; absent = none are made. */
  roles?(c: PageContext): Promise<Option[]>;
}
const presets = ['entra', 'google', 'other'] as const;
const issuers = { entra: 'https://login.microsoftonline.com/<tenant-id>/v2.0', google: 'https://accounts.google.com', other: '' };
const names = { entra: 'Microsoft', google: 'Google', other: '' };

/** The pages that add, change, test and delete sign-in services; the list is the caller's own page. */
export function identityProviderPages(page: PageRouter, options: ProviderPageOptions): void {
  const { providers, path, base, owner } = options;
  const write = stepUp(options.write);
  const own = (c: PageContext): Promise<IdentityProvider> => providers.get(c.actor, owner(c), c.id('provider'));

  page.form(`${path}/new`, write, {
    schema: providerInput,
    initial(c) {
      const preset = presetOf(c);
      return {
        kind: 'staff',
        active: 'true',
        name: preset ? names[preset] : '',
        issuer: preset ? issuers[preset] : '',
        trust_email: preset === 'entra' ? 'true' : '',
      };
    },
    async show(c, form) {
      // Whose pages these are is asked first: nobody sees a form for what does not exist.
      await providers.list(c.actor, owner(c));
      await show(c, options, form, null);
    },
    async submit(c, input) {
      const made = await providers.create(c.actor, owner(c), input);
      c.redirect(`${base(c)}/${made.id}`, { key: 'core:sso.toast.created', vars: { name: made.name } });
    },
  });

  page.form(`${path}/:provider`, write, {
    schema: providerInput,
    initial: async (c) => valuesOf(await own(c)),
    show: async (c, form) => show(c, options, form, await own(c)),
    async submit(c, input) {
      await providers.update(c.actor, owner(c), c.id('provider'), input);
      c.redirect(base(c), { key: 'core:sso.toast.saved', vars: { name: input.name } });
    },
  });

  page.post(`${path}/:provider/test`, write, async (c) => {
    const result = await providers.test(c.actor, owner(c), c.id('provider'));
    const provider = await own(c);
    await show(c, options, { values: valuesOf(provider), errors: {}, summary: [] }, provider, result);
  });

  page.post(`${path}/:provider/delete`, stepUp({ ...options.write, access: 'delete' }), async (c) => {
    const { name } = await own(c);
    await providers.remove(c.actor, owner(c), c.id('provider'));
    c.redirect(base(c), { key: 'core:sso.toast.deleted', vars: { name } });
  });
}

/** What `core/identity-provider-list` shows. */
export function providerLines(c: PageContext, base: string, list: readonly IdentityProvider[]): object {
  return {
    base,
    providers: list.map((one) => ({
      ...one,
      host: new URL(one.issuer).host,
      domains: one.domains.join(', '),
      kindText: c.t(`core:sso.kind.${one.kind}`),
      state: one.active ? { tone: 'ok', text: c.t('core:sso.on') } : { tone: 'muted', text: c.t('core:sso.off') },
    })),
  };
}

function presetOf(c: PageContext): (typeof presets)[number] | undefined {
  return z.object({ preset: z.enum(presets).optional().catch(undefined) }).parse(c.req.query).preset;
}

function valuesOf(one: IdentityProvider): Record<string, unknown> {
  const flag = (on: boolean): string => (on ? 'true' : '');
  return {
    name: one.name,
    kind: one.kind,
    issuer: one.issuer,
    client_id: one.clientId,
    domains: one.domains.join('\n'),
    trust_email: flag(one.trustEmail),
    second_factor: flag(one.secondFactor),
    password_off: flag(one.passwordOff),
    create_role: one.createRole ?? '',
    active: flag(one.active),
  };
}

async function show(c: PageContext, options: ProviderPageOptions, form: FormState, provider: IdentityProvider | null, test?: ProviderTest): Promise<void> {
  const title = provider?.name ?? c.t('core:sso.new.title');
  const preset = presetOf(c);
  const base = options.base(c);
  const shared = options.owner(c) === null;
  const roles = (await options.roles?.(c)) ?? [];
  c.view(
    'core/identity-provider',
    {
      title,
      base,
      form,
      provider,
      test,
      shared,
      back: await options.back(c),
      action: provider ? `${base}/${provider.id}` : `${base}/new${preset ? `?preset=${preset}` : ''}`,
      choose: provider === null && preset === undefined && form.summary.length === 0,
      presets: presets.map((id) => ({ href: `${base}/new?preset=${id}`, title: c.t(`core:sso.preset.${id}`), text: c.t(`core:sso.preset.${id}.text`) })),
      issuerHint: c.t(`core:sso.issuerHint.${preset ?? 'other'}`),
      kinds: ['staff', 'customer'].map((value) => ({ value, label: c.t(`core:sso.kind.${value}`) })),
      redirects: options.redirects(c),
      roles: roles.length === 0 ? [] : [{ value: '', label: c.t('core:sso.createNone') }, ...roles],
    },
    { title },
  );
}
