import { guard, listOf, listQuery, time, z, type ApiModule } from '../../../core/api.js';
import { AccessRegister } from '../accesses/access-register.js';
import { customerInput, newCustomerInput } from '../inputs.js';
import { CustomerService } from '../register/customer-service.js';
import type { CustomerListRow, CustomerRow } from '../types.js';

const text = z.string().nullable();
const head = {
  id: z.number().int(),
  number: z.number().int().describe('Shown to people.'),
  kind: z.enum(['person', 'company']),
  name: z.string(),
  city: text,
  email: text,
  phone: text,
  status: z.enum(['active', 'disabled']),
  accountManagerId: z.number().int().nullable().describe('Account of staff that is the customer’s reference.'),
};
const item = z.object({ ...head, accesses: z.number().int(), installations: z.number().int() });
const customer = z.object({
  ...head,
  firstName: text,
  lastName: text,
  shortName: text,
  registrationNumber: text,
  vatNumber: text,
  contactPerson: text,
  street: text,
  postalCode: text,
  country: text,
  mobile: text,
  invoiceEmail: text,
  language: text,
  timeZone: text,
  createdAt: time,
});

/** The register of customers by REST. */
export const customerApi: ApiModule = (api, resolve) => {
  const customers = resolve(CustomerService);
  const read = guard('customers.customer.read');
  const write = guard('customers.customer.manage', 'write');
  api.on(
    'get',
    '/customers',
    read,
    {
      summary: 'Customers in reach, by name',
      query: listQuery.extend({
        q: z.string().max(200).optional().describe('Words of number, name, city, person, mail or phone, from their beginning.'),
        status: z.enum(['active', 'disabled']).optional(),
      }),
      response: listOf(item),
    },
    async ({ actor, query }) => {
      const { rows, next } = await customers.list(actor, query);
      return { items: rows.map((row) => ({ ...toHead(row), accesses: Number(row.accesses), installations: Number(row.installations) })), next };
    },
  );
  api.on('get', '/customers/:id', read, { summary: 'One customer', response: customer }, async ({ actor, id }) => toCustomer(await customers.get(actor, id())));
  api.on(
    'post',
    '/customers',
    write,
    {
      summary: 'Add a customer',
      description: '`kind` decides which fields are mandatory. With `invite`, the first access is made and its person gets the registration link by mail.',
      body: newCustomerInput,
      response: customer,
      status: 201,
    },
    async ({ actor, body }) => toCustomer(await resolve(AccessRegister).addCustomer(actor, body)),
  );
  api.on(
    'put',
    '/customers/:id',
    write,
    { summary: 'Save the data of a customer; what is left out becomes empty', body: customerInput, response: customer },
    async (c) => {
      await customers.update(c.actor, c.id(), c.body);
      return toCustomer(await customers.get(c.actor, c.id()));
    },
  );
  api.on(
    'put',
    '/customers/:id/status',
    write,
    { summary: 'Disable a customer or make it active again', body: z.object({ status: z.enum(['active', 'disabled']) }), response: customer },
    async ({ actor, id, body }) => {
      await customers.setStatus(actor, id(), body.status);
      return toCustomer(await customers.get(actor, id()));
    },
  );
};

function toHead({ id, number, kind, name, city, email, phone, status, account_manager_id }: CustomerListRow | CustomerRow) {
  return { id, number, kind, name, city, email, phone, status, accountManagerId: account_manager_id };
}
function toCustomer(row: CustomerRow) {
  return {
    ...toHead(row),
    firstName: row.first_name,
    lastName: row.last_name,
    shortName: row.short_name,
    registrationNumber: row.registration_number,
    vatNumber: row.vat_number,
    contactPerson: row.contact_person,
    street: row.street,
    postalCode: row.postal_code,
    country: row.country,
    mobile: row.mobile,
    invoiceEmail: row.invoice_email,
    language: row.language,
    timeZone: row.time_zone,
    createdAt: row.created_at,
  };
}
