/** Everything other plugins may import from the register of customers. */
import type { AccessOptions } from './accesses/access-options.js';

export { AccessDirectory } from './accesses/access-directory.js';
export { AccessRegister, type AccessInput } from './accesses/access-register.js';
export { CustomerService } from './register/customer-service.js';
export { DeviceService, deviceKinds, deviceWords, newToken } from './register/device-service.js';
export { ProjectRowService, ProjectService } from './register/project-service.js';
export { PricedRows, sheetOf, type RowOwner } from './register/rows.js';
export { rowPages, rowsView, type RowEdit } from './pages/row-pages.js';
export { rowOperations } from './rest/rows.js';
export { deviceLooks, kindIcon, kindLabel } from './pages/device-kinds.js';
export { deviceInput, projectInput, rowInput, type DeviceInput, type ProjectInput, type RowInput } from './register/inputs.js';
export { InstallationService } from './register/installation-service.js';
export { accessInput, customerInput, flag, id as idInput, installationInput, many, optional, type CustomerInput, type InstallationInput } from './inputs.js';
export { decodeCursor, encodeCursor } from './cursor.js';
export { diff } from './diff.js';
export { fold, saveWords, wordClause, words } from './register/search.js';
export type * from './types.js';

/** What `ctx.peer<CustomersExports>('customers')` gives. */
export interface CustomersExports {
  /** Further rights that can be ticked on an access: `ctx.scope.add(peer.options.add({ permission: 'desk.order.read', default: true }))`. */
  options: Pick<AccessOptions, 'add'>;
}
