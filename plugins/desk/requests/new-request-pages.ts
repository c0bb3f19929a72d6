import { ACCOUNTS, guard, z, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { AccessDirectory, CustomerService, idOf } from '../../customers/api.js';
import { requestInput } from '../inputs.js';
import { photoRule, requestTypes } from '../types.js';
import { choices, chosenPlace } from './report-pages.js';
import { RequestService } from './request-service.js';

const start = z.object({ customer: z.string().max(12).default(''), q: z.string().max(200).default('') });

/** Staff file a request of any type, after somebody called or for themselves. */
export const newRequestPages: PageModule = (page, resolve) => {
  page.form('/requests/new', guard('desk.request.create', 'write'), {
    schema: requestInput,
    uploads: photoRule,
    initial: (c) => ({ type: 'fault', urgency: '2', importance: '3', customer_id: c.query(start).customer, ...c.query(chosenPlace) }),
    async show(c, form) {
      const customers = resolve(CustomerService);
      const id = idOf(form.values['customer_id']);
      const title = c.t('new.title');
      if (id) {
        const customer = await customers.get(c.actor, id);
        return c.view('desk/request-new', { form, customer, ...(await offered(c, resolve, id, form.values)) }, { title });
      }
      const { q } = c.query(start);
      c.view('desk/request-new', { q, found: (await customers.list(c.actor, { q, status: 'active', limit: 20 })).rows }, { title });
    },
    async submit(c, input) {
      const request = await resolve(RequestService).create(c.actor, input, c.uploads);
      c.redirect(`/desk/open/${request.id}`, { key: 'desk:toast.filed', vars: { number: request.number } });
    },
  });
};

async function offered(c: PageContext, resolve: Resolve, customerId: number, values: Record<string, unknown>): Promise<object> {
  const people = await resolve(ACCOUNTS).getMany(await resolve(AccessDirectory).accountsOf(customerId));
  const scale = (name: string, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => ({ value: String(from + i), label: c.t(`${name}.${from + i}`) }));
  return {
    ...(await choices(c, resolve, customerId, values)),
    types: requestTypes.map((value) => ({ value, label: c.t(`type.${value}`) })),
    reporters: [...people.values()].map(({ id, name }) => ({ value: id, label: name })).sort((a, b) => a.label.localeCompare(b.label)),
    urgencies: scale('urgency', 1, 3),
    importances: scale('importance', 1, 4),
  };
}
