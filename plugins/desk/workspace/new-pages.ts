import { guard, z, type PageModule } from '../../../core/api.js';
import { CustomerService, idOf } from '../../customers/api.js';
import { requestInput } from '../inputs.js';
import { chosenPlace, choices } from '../requests/report-pages.js';
import { RequestService } from '../requests/request-service.js';
import { photoRule, requestTypes } from '../types.js';

const asked = z.object({
  customer: z.string().max(12).catch('').default(''),
  subject: z.string().max(160).catch('').default(''),
  q: z.string().max(200).catch('').default(''),
});

/** A request that staff file: first whose it is, then what it is about. */
export const newRequestPages: PageModule = (page, resolve) => {
  page.form('/desk/new', guard('desk.request.manage', 'write'), {
    schema: requestInput,
    initial(c) {
      const { customer, subject } = c.query(asked);
      return { customer_id: customer, subject, type: 'fault', urgency: '2', ...c.query(chosenPlace) };
    },
    async show(c, form) {
      const customers = resolve(CustomerService);
      const id = idOf(form.values['customer_id']);
      const title = c.t('new.title');
      if (!id) {
        const { q } = c.query(asked);
        return c.view('desk/request-new', { title, q, found: (await customers.list(c.actor, { q, status: 'active', limit: 20 })).rows }, { title });
      }
      const customer = await customers.get(c.actor, id);
      const data = {
        form,
        title,
        customer,
        self: `/desk/new?customer=${id}`,
        types: requestTypes.map((value) => ({ value, label: c.t(`type.${value}`) })),
        urgencies: [1, 2, 3].map((value) => ({ value, label: c.t(`urgency.${value}`) })),
        rule: photoRule,
      };
      c.view('desk/request-new', { ...data, ...(await choices(c, resolve, id, form.values)) }, { title });
    },
    async submit(c, input) {
      const made = await resolve(RequestService).create(c.actor, input, c.uploads);
      c.redirect(`/desk/open/${made.id}`, { key: 'toast.filed', vars: { number: made.number } });
    },
    uploads: photoRule,
  });
};
