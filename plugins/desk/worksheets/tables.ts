import { DataTypes } from 'sequelize';
import { defineModel } from '../../../core/api.js';

export interface WorkSheetRow {
  id: number;
  customer_id: number;
  /** Such as 2026-11. */
  month: string;
  /** The `WorkSheet` as JSON: later changes of its orders leave it as it is. */
  content: string;
  /** SHA-256 of `content`. */
  hash: string;
  sent_at: Date;
  sent_by: number | null;
}
/** Work sheets that were sent. */
export const WorkSheets = defineModel<WorkSheetRow>('desk_work_sheets', {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  customer_id: { type: DataTypes.INTEGER, allowNull: false },
  month: { type: DataTypes.STRING(7), allowNull: false },
  content: { type: 'MEDIUMTEXT', allowNull: false },
  hash: { type: DataTypes.STRING(64), allowNull: false },
  sent_at: { type: DataTypes.DATE(3), allowNull: false },
  sent_by: { type: DataTypes.INTEGER },
});
