import { guard, z, type PageModule } from '../../../core/api.js';
import { flag, optional } from '../inputs.js';
import { contrast, surfaces } from '../register/brand-color.js';
import { CustomerBranding } from '../register/branding-service.js';
import { CustomerService } from '../register/customer-service.js';
import { head } from './head.js';

const color = optional(
  z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^#[0-9a-f]{6}$/, 'core:settings.error.color'),
);

/** Logo and colors of a customer. */
export const brandingPages: PageModule = (page, resolve) => {
  const branding = resolve(CustomerBranding);
  page.form('/customers/:id/branding', guard('customers.customer.manage', 'write'), {
    schema: z.object({ light: color, dark: color, remove: flag }),
    uploads: { fields: ['logo'], maxFiles: 1, maxBytes: 1_000_000 },
    async initial(c) {
      const { light, dark } = await branding.get(c.actor, c.id());
      return { light, dark };
    },
    async show(c, form) {
      const customer = await resolve(CustomerService).get(c.actor, c.id());
      const saved = await branding.get(c.actor, customer.id);
      const samples = (['light', 'dark'] as const).flatMap((mode) => {
        const value = saved[mode];
        return value === null
          ? []
          : [
              {
                mode: c.t(`branding.${mode}`),
                color: value,
                surface: surfaces[mode],
                ratio: c.fmt.number(contrast(value, surfaces[mode]), { maximumFractionDigits: 1 }),
              },
            ];
      });
      c.view(
        'customers/branding',
        { ...(await head(c, resolve, customer, 'branding')), form, logo: saved.logo, samples },
        { title: `${c.t('tab.branding')} · ${customer.name}` },
      );
    },
    async submit(c, input) {
      await branding.save(c.actor, c.id(), input, c.uploads[0]);
      c.redirect(`/customers/${c.id()}/branding`, { key: 'customers:toast.saved' });
    },
  });
};
