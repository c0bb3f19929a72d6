import { createTable, type Migration } from '../../../core/api.js';
import { Calendars, ClockRows, Contracts, CustomerLevels, Holidays, Levels, Recounts } from '../clocks/tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, Calendars.table, Calendars.attributes, []);
  await createTable(queryInterface, Holidays.table, Holidays.attributes, [{ fields: ['calendar_id', 'day'], unique: true }]);
  await createTable(queryInterface, Levels.table, Levels.attributes, [{ fields: ['calendar_id'] }]);
  await createTable(queryInterface, CustomerLevels.table, CustomerLevels.attributes, [{ fields: ['level_id'] }]);
  await createTable(queryInterface, Contracts.table, Contracts.attributes, [{ fields: ['customer_id', 'valid_from'] }, { fields: ['level_id'] }]);
  await createTable(queryInterface, ClockRows.table, ClockRows.attributes, [{ fields: ['state', 'due_at'] }, { fields: ['state', 'warned', 'due_at'] }]);
  await createTable(queryInterface, Recounts.table, Recounts.attributes, []);
};
