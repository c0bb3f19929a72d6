import { DataTypes } from 'sequelize';
import { defineModel } from '../../../core/api.js';

/** Tables of texts, made by `createTextTable`: one row for each request and each order. */
export const requestTexts = 'desk_request_texts';
export const orderTexts = 'desk_order_texts';

export interface SearchRunRow {
  id: 1;
  owner: 'request' | 'order';
  /** The last one that was done. */
  after_id: number;
  done: number;
  total: number;
  ended_at: Date | null;
}
const whole = { type: DataTypes.INTEGER, allowNull: false };
/** How far the rebuild of the index is: one row. */
export const SearchRuns = defineModel<SearchRunRow>('desk_search_runs', {
  id: { ...whole, primaryKey: true },
  owner: { type: DataTypes.STRING(10), allowNull: false },
  after_id: whole,
  done: whole,
  total: whole,
  ended_at: { type: DataTypes.DATE(3) },
});
