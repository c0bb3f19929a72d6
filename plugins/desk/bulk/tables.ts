import { DataTypes } from 'sequelize';
import { defineModel } from '../../../core/api.js';

export interface ActRow {
  id: number;
  account_id: number;
  /** Of the macro that it was. */
  name: string | null;
  /** JSON: `Act`. */
  act: string;
  state: 'running' | 'done' | 'undoing' | 'undone';
  total: number;
  /** Where the person was. */
  back: string;
  created_at: Date;
  finished_at: Date | null;
}
export interface ActItemRow {
  act_id: number;
  /** In the order in which they were chosen. */
  position: number;
  request_id: number;
  state: 'open' | 'changed' | 'same' | 'refused' | 'undone' | 'kept';
  /** JSON: the sentence that says why it was refused, or kept. */
  reason: string | null;
  /** JSON: `Done`, with which it is taken back. */
  done: string | null;
}
const key = { type: DataTypes.INTEGER, allowNull: false, primaryKey: true };
const number = { type: DataTypes.INTEGER, allowNull: false };

/** What was done at once to one request or to many, for a day: to show how far it is, and to take it back. */
export const Acts = defineModel<ActRow>('desk_acts', {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  account_id: number,
  name: { type: DataTypes.STRING(80) },
  act: { type: DataTypes.TEXT, allowNull: false },
  state: { type: DataTypes.STRING(8), allowNull: false },
  total: number,
  back: { type: DataTypes.STRING(400), allowNull: false },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
  finished_at: { type: DataTypes.DATE(3) },
});
export const ActItems = defineModel<ActItemRow>('desk_act_items', {
  act_id: key,
  position: key,
  request_id: number,
  state: { type: DataTypes.STRING(8), allowNull: false, defaultValue: 'open' },
  reason: { type: DataTypes.TEXT },
  done: { type: DataTypes.TEXT },
});
