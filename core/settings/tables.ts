import { DataTypes } from 'sequelize';
import { defineModel } from '../database/types.js';

export interface SettingRow {
  key: string;
  value: string;
  updated_at: Date;
  updated_by: number | null;
}
export const SettingTable = defineModel<SettingRow>('core_settings', {
  key: { type: DataTypes.STRING(120), primaryKey: true },
  value: DataTypes.TEXT,
  updated_at: DataTypes.DATE(3),
  updated_by: DataTypes.INTEGER,
});

export interface HistoryRow {
  id: number;
  plugin: string;
  key: string;
  before: string | null;
  after: string | null;
  at: Date;
  account_id: number | null;
}
export const HistoryTable = defineModel<HistoryRow>('core_setting_history', {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  plugin: DataTypes.STRING(60),
  key: DataTypes.STRING(120),
  before: DataTypes.TEXT,
  after: DataTypes.TEXT,
  at: DataTypes.DATE(3),
  account_id: DataTypes.INTEGER,
});
