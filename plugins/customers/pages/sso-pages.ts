import {
  IDENTITY_PROVIDERS,
  URLS,
  callbackPath,
  guard,
  identityProviderPages,
  providerLines,
  stepUp,
  z,
  type PageContext,
  type PageModule,
} from '../../../core/api.js';
import { SignInRules, signInOwner } from '../accesses/sign-in-rules.js';
import { flag } from '../inputs.js';
import { CustomerService } from '../register/customer-service.js';
import { head } from './head.js';

/** How the people of a customer sign in: its own services by OpenID Connect, and the second factor. */
export const ssoPages: PageModule = (page, resolve) => {
  const providers = resolve(IDENTITY_PROVIDERS);
  const customers = resolve(CustomerService);
  const manage = guard('customers.access.manage');
  const write = guard('customers.access.manage', 'write');
  const path = '/customers/:id/sign-in';
  const base = (c: PageContext): string => `/customers/${c.id()}/sign-in`;
  const owner = (c: PageContext): string => `${signInOwner}:${c.id()}`;

  page.get(path, manage, async (c) => {
    const customer = await customers.get(c.actor, c.id());
    const list = await providers.list(c.actor, owner(c));
    const form = { values: { required: customer.mfa_required ? 'true' : '' }, errors: {}, summary: [] };
    c.view(
      'customers/sign-in',
      { ...(await head(c, resolve, customer, 'sign-in')), ...providerLines(c, base(c), list), form },
      { title: `${c.t('tab.signIn')} · ${customer.name}` },
    );
  });

  page.post(`${path}/second-factor`, stepUp(write), async (c) => {
    const { required } = c.body(z.object({ required: flag }));
    await resolve(SignInRules).requireSecondFactor(c.actor, c.id(), required);
    c.redirect(base(c), { key: `customers:toast.secondFactor.${required ? 'on' : 'off'}` });
  });

  identityProviderPages(page, {
    providers,
    path,
    base,
    owner,
    write,
    back: async (c) => `${c.t('customers:tab.signIn')} · ${(await customers.get(c.actor, c.id())).name}`,
    redirects: (c) => [{ label: c.t('core:sso.redirect.portal'), url: resolve(URLS).to('portal', callbackPath) }],
  });
};
