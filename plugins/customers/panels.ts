import { z, type PluginContext } from '../../core/api.js';
import { AdministratorService } from './accesses/administrators.js';
import { explainRegister } from './explain.js';
import { CustomerService } from './register/customer-service.js';

/** What the register shows in the core's pages, and how its things are explained there. */
export function fillPanels(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  explainRegister(ctx);
  ctx.outlets.fill('core.home.steps', 'customers/first-step', async (c) =>
    c.may('customers.customer.manage') ? { done: (await resolve(CustomerService).list(c.actor, { limit: 1, counted: false })).rows.length > 0 } : null,
  );
  ctx.outlets.fill('core.account.panel', 'customers/administered', async (c, { accountId }) =>
    c.may('customers.customer.read') ? { customers: await resolve(AdministratorService).customersOf(c.actor, z.number().parse(accountId)) } : null,
  );
}
