import { addColumns, type Migration } from '../../../core/api.js';
import { Orders, Requests } from '../tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await addColumns(queryInterface, Requests, ['device_id', 'project_id', 'computer', 'login', 'solver_id']);
  await addColumns(queryInterface, Orders, ['device_id']);
};
