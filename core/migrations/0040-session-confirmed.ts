import { addColumns } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { SessionModel } from '../accounts/models.js';

export const up: Migration = ({ queryInterface }) => addColumns(queryInterface, SessionModel, ['confirmed_at']);
