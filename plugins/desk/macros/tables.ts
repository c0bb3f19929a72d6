import { DataTypes } from 'sequelize';
import { defineModel } from '../../../core/api.js';

export interface TemplateRow {
  id: number;
  account_id: number;
  kind: 'text' | 'macro';
  name: string;
  shared: boolean;
  /** JSON: `TextContent` or `MacroContent`. */
  content: string;
  created_at: Date;
  updated_at: Date;
}
const moment = { type: DataTypes.DATE(3), allowNull: false };

/** Texts that agents put into what they write, and macros that they apply. */
export const Templates = defineModel<TemplateRow>('desk_templates', {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  account_id: { type: DataTypes.INTEGER, allowNull: false },
  kind: { type: DataTypes.STRING(8), allowNull: false },
  name: { type: DataTypes.STRING(80), allowNull: false },
  shared: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
  content: { type: DataTypes.TEXT, allowNull: false },
  created_at: moment,
  updated_at: moment,
});
