import type { Roles } from '../accounts/roles.js';
import { guard, type PageModule } from '../http/types.js';
import { identityProviderPages, providerLines } from '../sso/provider-pages.js';
import { callbackPath } from '../sso/sso-flow.js';
import type { IdentityProviders } from '../sso/types.js';
import type { Urls } from '../tokens.js';

const path = '/settings/single-sign-on';

/** Sign-in services of the installation itself. Register it before the settings pages. */
export function ssoSettingsPages({ providers, roles, urls }: { providers: IdentityProviders; roles: Roles; urls: Urls }): PageModule {
  return (page) => {
    page.get(path, guard('core.accounts.manage'), async (c) => {
      const title = c.t('core:sso.title');
      c.view('core/identity-providers', { title, ...providerLines(c, path, await providers.list(c.actor, null)) }, { title });
    });
    identityProviderPages(page, {
      providers,
      path,
      base: () => path,
      owner: () => null,
      write: guard('core.accounts.manage', 'write'),
      back: (c) => c.t('core:sso.title'),
      redirects: (c) => [
        { label: c.t('core:sso.redirect.staff'), url: urls.to('staff', callbackPath) },
        { label: c.t('core:sso.redirect.portal'), url: urls.to('portal', callbackPath) },
      ],
      roles: async (c) => (await roles.list()).map(({ id }) => ({ value: id, label: c.t(`core:role.${id}`) })),
    });
  };
}
