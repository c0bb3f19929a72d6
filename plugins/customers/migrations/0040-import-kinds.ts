import { addColumns, type Migration } from '../../../core/api.js';
import { ImportLines, Imports } from '../exchange/tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await addColumns(queryInterface, Imports, ['kind']);
  await addColumns(queryInterface, ImportLines, ['object_id']);
};
