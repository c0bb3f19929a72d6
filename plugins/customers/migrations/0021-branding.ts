import { addColumns, type Migration } from '../../../core/api.js';
import { Customers } from '../tables.js';

export const up: Migration = ({ queryInterface }) => addColumns(queryInterface, Customers, ['brand_light', 'brand_dark', 'logo']);
