import { DataTypes } from 'sequelize';
import { defineModel } from '../database/types.js';

export interface AuditRow {
  id: number;
  /** Place in the chain; null until sealed. */
  seq: number | null;
  hash: string | null;
  at: Date;
  actor: number | null;
  on_behalf_of: number | null;
  session_id: number | null;
  channel: string;
  ip: string | null;
  action: string;
  object_kind: string | null;
  object_id: string | null;
  object_name: string | null;
  customer_id: number | null;
  before: string | null;
  after: string | null;
  /** API token that it was done with; null = by the person. */
  token: string | null;
}

export const auditColumns = {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  seq: { type: DataTypes.INTEGER, allowNull: true },
  hash: { type: DataTypes.STRING(64), allowNull: true },
  at: { type: DataTypes.DATE(3), allowNull: false },
  actor: { type: DataTypes.INTEGER, allowNull: true },
  on_behalf_of: { type: DataTypes.INTEGER, allowNull: true },
  session_id: { type: DataTypes.INTEGER, allowNull: true },
  channel: { type: DataTypes.STRING(20), allowNull: false },
  ip: { type: DataTypes.STRING(60), allowNull: true },
  action: { type: DataTypes.STRING(120), allowNull: false },
  object_kind: { type: DataTypes.STRING(80), allowNull: true },
  object_id: { type: DataTypes.STRING(80), allowNull: true },
  object_name: { type: DataTypes.STRING(255), allowNull: true },
  customer_id: { type: DataTypes.INTEGER, allowNull: true },
  before: { type: DataTypes.TEXT, allowNull: true },
  after: { type: DataTypes.TEXT, allowNull: true },
  token: { type: DataTypes.STRING(120), allowNull: true },
};

export const AuditEntry = defineModel<AuditRow>('core_audit', auditColumns);

/** The newest sealed link: one row, whose lock lets one sealer work at a time, and whose content shows a cut-off end. */
export interface AuditHeadRow {
  id: number;
  seq: number;
  hash: string;
  sealed_at: Date | null;
}
export const auditHeadColumns = {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: false },
  seq: { type: DataTypes.INTEGER, allowNull: false },
  hash: { type: DataTypes.STRING(64), allowNull: false },
  sealed_at: { type: DataTypes.DATE(3), allowNull: true },
};
export const AuditHead = defineModel<AuditHeadRow>('core_audit_head', auditHeadColumns);
