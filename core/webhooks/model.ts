import { DataTypes } from 'sequelize';
import { defineModel } from '../database/types.js';

export interface WebhookRow {
  id: number;
  name: string;
  url: string;
  /** JSON list of the names of events. */
  events: string;
  /** Only events about this customer; null = of everybody. */
  customer_id: number | null;
  active: boolean;
  /** Encrypted: it is needed for each signature. */
  secret: string;
  /** The one before it signs along until then, so that receivers can be changed one after the other. */
  old_secret: string | null;
  old_until: Date | null;
  /** The first failure since the last success. */
  failing_since: Date | null;
  /** When it was switched off because nothing arrived any more. */
  disabled_at: Date | null;
  created_by: number | null;
  created_at: Date;
  /** Deleted, and can be taken back for a day. */
  deleted_at: Date | null;
}
const date = DataTypes.DATE(3);
export const WebhookModel = defineModel<WebhookRow>('core_webhooks', {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  name: { type: DataTypes.STRING(80), allowNull: false },
  url: { type: DataTypes.STRING(500), allowNull: false },
  events: { type: DataTypes.TEXT, allowNull: false },
  customer_id: { type: DataTypes.INTEGER, allowNull: true },
  active: { type: DataTypes.BOOLEAN, allowNull: false },
  secret: { type: DataTypes.STRING(200), allowNull: false },
  old_secret: { type: DataTypes.STRING(200), allowNull: true },
  old_until: { type: date, allowNull: true },
  failing_since: { type: date, allowNull: true },
  disabled_at: { type: date, allowNull: true },
  created_by: { type: DataTypes.INTEGER, allowNull: true },
  created_at: { type: date, allowNull: false },
  deleted_at: { type: date, allowNull: true },
});

/** `queued`: waits for its time, or for its webhook to be switched on. `failed`: given up; it can be sent again by hand. */
export const deliveryStates = ['queued', 'sending', 'delivered', 'failed'] as const;
export interface DeliveryRow {
  /** UUID version 7: sorts by time, and stays the same however often it is sent. */
  id: string;
  webhook_id: number;
  event: string;
  customer_id: number | null;
  /** What is sent, to the byte. */
  body: string;
  status: (typeof deliveryStates)[number];
  attempts: number;
  next_at: Date;
  lease: string | null;
  created_at: Date;
  /** The last attempt: when it ended, how long it took, the status of the answer (null = none came), and how the answer or the failure reads. */
  sent_at: Date | null;
  duration_ms: number | null;
  answer_status: number | null;
  answer: string | null;
}
export const DeliveryModel = defineModel<DeliveryRow>('core_webhook_deliveries', {
  id: { type: DataTypes.STRING(36), primaryKey: true },
  webhook_id: { type: DataTypes.INTEGER, allowNull: false },
  event: { type: DataTypes.STRING(120), allowNull: false },
  customer_id: { type: DataTypes.INTEGER, allowNull: true },
  body: { type: DataTypes.TEXT, allowNull: false },
  status: { type: DataTypes.STRING(10), allowNull: false },
  attempts: { type: DataTypes.INTEGER, allowNull: false },
  next_at: { type: date, allowNull: false },
  lease: { type: DataTypes.STRING(40), allowNull: true },
  created_at: { type: date, allowNull: false },
  sent_at: { type: date, allowNull: true },
  duration_ms: { type: DataTypes.INTEGER, allowNull: true },
  answer_status: { type: DataTypes.INTEGER, allowNull: true },
  answer: { type: DataTypes.TEXT, allowNull: true },
});
