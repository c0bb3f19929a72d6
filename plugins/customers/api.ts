/** Everything other plugins may import from the register of customers. */
import type { AccessOptions } from './accesses/access-options.js';
import type { CustomerTabs } from './register/customer-tabs.js';

export { AccessDirectory } from './accesses/access-directory.js';
export { AccessRegister, type AccessInput } from './accesses/access-register.js';
export { CustomerService } from './register/customer-service.js';
export { InstallationService } from './register/installation-service.js';
export { accessInput, customerInput, flag, id as idInput, installationInput, many, optional, type CustomerInput, type InstallationInput } from './inputs.js';
export { decodeCursor, encodeCursor } from './cursor.js';
export { CustomerTabs, type CustomerTab } from './register/customer-tabs.js';
export { diff } from './diff.js';
export { fold, saveWords, wordClause, words } from './register/search.js';
export type * from './types.js';

/** What `ctx.peer<CustomersExports>('customers')` gives. */
export interface CustomersExports {
  /** Further rights that can be ticked on an access: `ctx.scope.add(peer.options.add({ permission: 'desk.order.read', default: true }))`. */
  options: Pick<AccessOptions, 'add'>;
  /** Further tabs of the customer page, filled by the outlet `customers.customer.tab`. */
  tabs: Pick<CustomerTabs, 'add'>;
}
