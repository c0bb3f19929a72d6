import { DataTypes } from 'sequelize';
import { defineModel } from '../database/types.js';

/** One erasure: numbers only. Whose accounts go with the customer is kept until it is done, for their memberships go first. */
export interface ErasureRow {
  id: number;
  customer_id: number;
  /** JSON: ids of accounts. */
  accounts: string;
  started_at: Date;
  done_at: Date | null;
}
export const Erasures = defineModel<ErasureRow>('core_erasures', {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  customer_id: { type: DataTypes.INTEGER, allowNull: false },
  accounts: { type: DataTypes.TEXT, allowNull: false },
  started_at: { type: DataTypes.DATE(3), allowNull: false },
  done_at: { type: DataTypes.DATE(3) },
});
