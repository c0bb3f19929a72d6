import { DataTypes } from 'sequelize';
import { defineModel } from '../../database/types.js';

export interface ApiTokenRow {
  id: number;
  account_id: number;
  name: string;
  token_hash: string;
  /** The last characters, so that people recognize it. */
  ending: string;
  /** JSON list of the permissions it was narrowed to; null = all of the owner's. */
  permissions: string | null;
  read_only: boolean;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  last_used_ip: string | null;
  revoked_at: Date | null;
}

const date = DataTypes.DATE(3);
export const ApiTokenModel = defineModel<ApiTokenRow>('core_api_tokens', {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  account_id: { type: DataTypes.INTEGER, allowNull: false },
  name: { type: DataTypes.STRING(80), allowNull: false },
  token_hash: { type: DataTypes.STRING(64), allowNull: false },
  ending: { type: DataTypes.STRING(8), allowNull: false },
  permissions: { type: DataTypes.TEXT, allowNull: true },
  read_only: { type: DataTypes.BOOLEAN, allowNull: false },
  created_at: { type: date, allowNull: false },
  expires_at: { type: date, allowNull: true },
  last_used_at: { type: date, allowNull: true },
  last_used_ip: { type: DataTypes.STRING(60), allowNull: true },
  revoked_at: { type: date, allowNull: true },
});
