import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { jobColumns, scheduleColumns } from '../jobs/model.js';

/** The job queue and the schedules. */
export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, 'core_jobs', jobColumns, [{ fields: ['job_key'], unique: true }, { fields: ['state', 'due_at'] }]);
  await createTable(queryInterface, 'core_schedules', scheduleColumns);
};
