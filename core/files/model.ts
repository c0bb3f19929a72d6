import { DataTypes } from 'sequelize';
import { defineModel } from '../database/types.js';

export interface FileRow {
  id: string;
  sha256: string;
  name: string;
  type: string;
  size: number;
  width: number | null;
  height: number | null;
  /** 1 when a thumbnail lies beside the file. */
  has_thumb: number | boolean;
  owner_kind: string;
  owner_id: number;
  account_id: number | null;
  created_at: Date;
}
export const fileColumns = {
  id: { type: DataTypes.STRING(36), primaryKey: true },
  sha256: { type: DataTypes.STRING(64), allowNull: false },
  name: { type: DataTypes.STRING(255), allowNull: false },
  type: { type: DataTypes.STRING(120), allowNull: false },
  size: { type: DataTypes.INTEGER, allowNull: false },
  width: { type: DataTypes.INTEGER, allowNull: true },
  height: { type: DataTypes.INTEGER, allowNull: true },
  has_thumb: { type: DataTypes.BOOLEAN, allowNull: false },
  owner_kind: { type: DataTypes.STRING(80), allowNull: false },
  owner_id: { type: DataTypes.INTEGER, allowNull: false },
  account_id: { type: DataTypes.INTEGER, allowNull: true },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
};
export const StoredFile = defineModel<FileRow>('core_files', fileColumns);
