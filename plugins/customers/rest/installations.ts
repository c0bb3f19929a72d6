import { guard, listOf, listQuery, z, type ApiModule } from '../../../core/api.js';
import { id, installationInput } from '../inputs.js';
import { InstallationService } from '../register/installation-service.js';
import type { Installation } from '../types.js';

const installation = z.object({
  id: z.number().int(),
  customerId: z.number().int(),
  name: z.string(),
  city: z.string().nullable(),
  address: z.string().nullable(),
  referenceNumber: z.string().nullable(),
  categories: z.array(z.string()),
  active: z.boolean(),
  lat: z.number().nullable(),
  lng: z.number().nullable(),
});
const query = listQuery.extend({
  q: z.string().max(200).optional().describe('Words of name, city, address, reference number and categories, from their beginning.'),
  customer_id: id.optional(),
  category: z.string().max(80).optional(),
  active: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional(),
});

/** Installations by REST: staff those of their customers, customers' accounts those of their accesses. */
export const installationApi: ApiModule = (api, resolve) => {
  const installations = resolve(InstallationService);
  const read = guard('customers.installation.read');
  const write = guard('customers.installation.manage', 'write');
  api.on(
    'get',
    '/installations',
    read,
    { summary: 'Installations in reach, by name', query, response: listOf(installation) },
    async ({ actor, query: asked }) => {
      const { customer_id: customerId, ...filter } = asked;
      const { rows, next } = await installations.page(actor, { ...filter, customerId });
      return { items: rows.map(toAnswer), next };
    },
  );
  api.on('get', '/installations/:id', read, { summary: 'One installation', response: installation }, async (c) =>
    toAnswer(await installations.get(c.actor, c.id())),
  );
  api.on(
    'post',
    '/customers/:id/installations',
    write,
    { summary: 'Add an installation', body: installationInput, response: installation, status: 201 },
    async (c) => toAnswer(await installations.create(c.actor, c.id(), c.body)),
  );
  api.on(
    'put',
    '/installations/:id',
    write,
    { summary: 'Save the data of an installation; what is left out becomes empty', body: installationInput, response: installation },
    async (c) => {
      await installations.update(c.actor, c.id(), c.body);
      return toAnswer(await installations.get(c.actor, c.id()));
    },
  );
};

function toAnswer({ id: installationId, customer_id, name, city, address, reference_number, categories, active, lat, lng }: Installation) {
  return { id: installationId, customerId: customer_id, name, city, address, referenceNumber: reference_number, categories, active, lat, lng };
}
