import { guard, stepUp, time, z, type ApiModule } from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { CustomerErasure } from './erasure-service.js';
import { CustomerImports } from './import/customer-imports.js';
import { importOperations } from './import/import-operations.js';

const erasure = z.object({
  status: z.enum(['active', 'disabled', 'deleting']),
  eraseAt: time.nullable().describe('When it will be erased, while it is `deleting`.'),
  counts: z.array(z.object({ plugin: z.string(), rows: z.number().int(), files: z.number().int() })),
});
/** Deleting customers for good and importing them, by REST. */
export const exchangeApi: ApiModule = (api, resolve) => {
  const erasures = resolve(CustomerErasure);
  const erase = guard('customers.customer.erase', 'delete');
  const state = async (actor: Parameters<CustomerErasure['preview']>[0], id: number) => {
    const counts = await erasures.preview(actor, id);
    const { status, erase_at } = await resolve(CustomerService).get(actor, id);
    return { status, eraseAt: erase_at, counts };
  };

  api.on('get', '/customers/:id/erasure', guard('customers.customer.erase'), { summary: 'What a permanent deletion would delete', response: erasure }, (c) =>
    state(c.actor, c.id()),
  );
  api.on(
    'post',
    '/customers/:id/erasure',
    stepUp(erase),
    {
      summary: 'Delete a customer permanently',
      description:
        'Locks the customer at once; it is erased when the days of the setting are over. Only for a person who has just shown who they are, never for a token.',
      body: z.object({ name: z.string().max(200).describe('The name of the customer, to confirm.') }),
      response: erasure,
      status: 202,
      errors: [409],
    },
    async ({ actor, id, body }) => {
      await erasures.request(actor, id(), body.name);
      return state(actor, id());
    },
  );
  api.on('delete', '/customers/:id/erasure', erase, { summary: 'Call the deletion of a customer off', response: erasure }, async ({ actor, id }) => {
    await erasures.cancel(actor, id());
    return state(actor, id());
  });

  importOperations(api, { path: '/customer-imports', imports: resolve(CustomerImports), of: 'customers', idField: 'customerId', invites: true });
};
