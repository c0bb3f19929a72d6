import { guard, listOf, time, z, type ApiModule } from '../../../core/api.js';
import { AccessRegister } from '../accesses/access-register.js';
import { CustomerService } from '../register/customer-service.js';
import type { AccessView } from '../types.js';

const access = z.object({
  id: z.number().int(),
  customerId: z.number().int(),
  status: z.enum(['active', 'disabled']),
  account: z.object({
    id: z.number().int(),
    name: z.string(),
    email: z.string(),
    mobile: z.string().nullable(),
    status: z.string().describe('`invited` until the person has registered.'),
    lastSignInAt: time.nullable(),
  }),
  invitation: z.object({ status: z.string(), sentAt: time.nullable(), openedAt: time.nullable(), expiresAt: time.nullable() }),
  options: z.array(z.string()).describe('Permissions that are ticked.'),
  allInstallations: z.boolean(),
  installationIds: z.array(z.number().int()).describe('Empty when all are covered.'),
});

/** Who may log in for a customer, to read. */
export const accessApi: ApiModule = (api, resolve) => {
  const register = resolve(AccessRegister);
  const read = guard('customers.customer.read');
  api.on('get', '/customers/:id/accesses', read, { summary: 'Accesses of a customer', response: listOf(access) }, async ({ actor, id }) => {
    const customer = await resolve(CustomerService).get(actor, id());
    return { items: (await register.list(actor, customer.id)).map(toAnswer), next: null };
  });
  api.on('get', '/accesses/:id', read, { summary: 'One access', response: access }, async ({ actor, id }) => toAnswer(await register.get(actor, id())));
};

function toAnswer({ id, customerId, status, account, invitation, options, allInstallations, installationIds }: AccessView) {
  const { id: accountId, name, email, mobile, status: state, lastSignInAt } = account;
  const { status: sent, sentAt, openedAt, expiresAt } = invitation;
  return {
    id,
    customerId,
    status,
    account: { id: accountId, name, email, mobile, status: state, lastSignInAt },
    invitation: { status: sent, sentAt, openedAt, expiresAt },
    options,
    allInstallations,
    installationIds,
  };
}
