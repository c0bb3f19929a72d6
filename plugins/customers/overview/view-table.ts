import { DataTypes } from 'sequelize';
import { defineModel, type ModelDef } from '../../../core/api.js';

/** A filter of a list with a name. */
export interface ViewRow {
  id: number;
  account_id: number;
  name: string;
  /** The part of the address behind `?`. */
  query: string;
  shared: boolean;
  is_default: boolean;
  created_at: Date;
}

/** A table of saved views: each list that has some has its own. */
export function savedViewTable(table: string): ModelDef<ViewRow> {
  const flag = { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false };
  return defineModel<ViewRow>(table, {
    id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
    account_id: { type: DataTypes.INTEGER, allowNull: false },
    name: { type: DataTypes.STRING(60), allowNull: false },
    query: { type: DataTypes.STRING(1000), allowNull: false },
    shared: flag,
    is_default: flag,
    created_at: { type: DataTypes.DATE(3), allowNull: false },
  });
}
