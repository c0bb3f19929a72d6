/** Everything other plugins may import from the register of customers. */
import type { ProcessedObjects } from './accesses/processed-objects.js';
import type { CustomerTabs } from './register/customer-tabs.js';

export { AccessDirectory, keyOfCreator, type CreatorFilter } from './accesses/access-directory.js';
export { countAccesses } from './accesses/access-count.js';
export { AccessRegister, type AccessInput } from './accesses/access-register.js';
export { OwnAccess } from './accesses/own-access.js';
export { TeamService, type Colleague } from './accesses/team.js';
export { AccessOptions } from './accesses/access-options.js';
export { effectTexts } from './pages/preview.js';
export { labelOf, optionGroups, optionsInput } from './pages/option-groups.js';
export { CustomerService } from './register/customer-service.js';
export { DeviceService, deviceKinds, deviceWords, newToken } from './register/device-service.js';
export { ProjectRowService, ProjectService } from './register/project-service.js';
export { amountOf, sheetOf, vatOn } from './register/amounts.js';
export { PricedRows, type RowOwner } from './register/rows.js';
export { rowPages, rowsView, type RowEdit } from './pages/row-pages.js';
export { rowOperations } from './rest/rows.js';
export { deviceLooks, kindIcon, kindLabel } from './pages/device-kinds.js';
export { deviceInput, percent, projectInput, readRow, rowForm, rowInput, type DeviceInput, type ProjectInput, type RowInput } from './register/inputs.js';
export { InstallationService } from './register/installation-service.js';
export {
  accessInput,
  customerInput,
  flag,
  id as idInput,
  idOf,
  installationInput,
  many,
  optional,
  timeZoneNames,
  type CustomerInput,
  type InstallationInput,
} from './inputs.js';
export { FileImports } from './exchange/import/file-imports.js';
export { ImportRuns } from './exchange/import/import-runs.js';
export { fileImportPages } from './exchange/import/import-pages.js';
export { importOperations } from './exchange/import/import-operations.js';
export type { ImportKind, ImportOutcome, ImportValues } from './exchange/import/kind.js';
export type { ImportLineRow } from './exchange/tables.js';
export { decodeCursor, encodeCursor } from './cursor.js';
export { CustomerTabs, type CustomerTab } from './register/customer-tabs.js';
export { diff } from './diff.js';
export { ViewKeeper } from './overview/view-keeper.js';
export { savedViewTable, type ViewRow } from './overview/view-table.js';
export { unique } from './register/unique.js';
export { fold, saveWords, wordClause, words } from './register/search.js';
export { offsetAt, toLocalInput, toUtc, dayOf } from './zoned.js';
export * from './types.js';
export type { ProcessedKind } from './accesses/processed-objects.js';

/** What `ctx.peer<CustomersExports>('customers')` gives. */
export interface CustomersExports {
  /** Kinds of objects that staff can be made additional processors of: `ctx.scope.add(peer.processed.add({ ... }))`. */
  processed: Pick<ProcessedObjects, 'add'>;
  /** Further tabs of the customer page, filled by the outlet `customers.customer.tab`. */
  tabs: Pick<CustomerTabs, 'add'>;
}
