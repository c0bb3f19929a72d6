import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { fileColumns } from '../files/model.js';

/** Uploaded files; their bytes lie in the data folder, named by their hash. */
export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, 'core_files', fileColumns, [{ fields: ['owner_kind', 'owner_id'] }, { fields: ['sha256'] }]);
};
