import { DataTypes } from 'sequelize';
import { defineModel } from '../../core/api.js';
import type { StoredRow } from '../customers/api.js';
import { never, type OrderEventKind, type OrderRow, type OrderStatus, type Origin, type RequestRow } from './types.js';

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const reference = { type: DataTypes.INTEGER, allowNull: false };
const maybe = { type: DataTypes.INTEGER };
/** Sums may be larger than what fits 32 bits. */
const sum = { type: DataTypes.BIGINT, allowNull: false, defaultValue: 0 };
const moment = { type: DataTypes.DATE(3), allowNull: false };

export const Requests = defineModel<RequestRow>('desk_requests', {
  id,
  number: reference,
  type: text(12),
  customer_id: reference,
  installation_id: maybe,
  reporter_account_id: maybe,
  subject: text(160),
  text: { type: DataTypes.TEXT, allowNull: false },
  urgency: reference,
  priority: reference,
  importance: { ...reference, defaultValue: 3 },
  status: text(12),
  open: { ...reference, defaultValue: 1 },
  origin: { ...text(8), defaultValue: 'portal' },
  due_at: { ...moment, defaultValue: never },
  merged_into: maybe,
  version: { ...reference, defaultValue: 1 },
  updated_at: { ...moment, defaultValue: never },
  reject_reason: { type: DataTypes.STRING(1000) },
  order_id: maybe,
  contact: { type: DataTypes.STRING(160) },
  device_id: maybe,
  project_id: maybe,
  computer: { type: DataTypes.STRING(160) },
  login: { type: DataTypes.STRING(160) },
  // Compared by bytes on every engine: folded already.
  computer_key: { type: DataTypes.STRING(160, true) },
  login_key: { type: DataTypes.STRING(160, true) },
  solver_id: maybe,
  created_at: moment,
});

export const Orders = defineModel<OrderRow>('desk_orders', {
  id,
  number: text(20),
  request_id: maybe,
  customer_id: reference,
  installation_id: maybe,
  project_id: maybe,
  device_id: maybe,
  title: text(160),
  status: text(12),
  planned_start: { type: DataTypes.DATE(3) },
  planned_end: { type: DataTypes.DATE(3) },
  technician_id: maybe,
  performed_work: { type: DataTypes.TEXT },
  created_by: maybe,
  created_at: moment,
  status_at: moment,
  sort_at: moment,
  value: sum,
  purchase_value: sum,
  export_id: maybe,
});

/** Article rows of an order. */
export interface OrderRowRow extends StoredRow {
  order_id: number;
}
export const OrderRows = defineModel<OrderRowRow>('desk_order_rows', {
  id,
  order_id: reference,
  position: reference,
  article: { type: DataTypes.STRING(60) },
  text: text(200),
  quantity: reference,
  unit: { type: DataTypes.STRING(20) },
  purchase_price: maybe,
  sales_price: maybe,
  discount: { ...reference, defaultValue: 0 },
  vat: maybe,
  removed_at: { type: DataTypes.DATE(3) },
});

export interface OrderEventRow {
  id: number;
  order_id: number;
  kind: OrderEventKind;
  from_status: OrderStatus | null;
  to_status: OrderStatus | null;
  actor_id: number | null;
  at: Date;
}
/** The timeline of an order. */
export const OrderEvents = defineModel<OrderEventRow>('desk_order_events', {
  id,
  order_id: reference,
  kind: text(12),
  from_status: { type: DataTypes.STRING(12) },
  to_status: { type: DataTypes.STRING(12) },
  actor_id: maybe,
  at: moment,
});

export interface MessageRow {
  id: number;
  owner: 'request' | 'order';
  owner_id: number;
  visibility: 'public' | 'internal';
  author_id: number | null;
  origin: Origin;
  text: string;
  at: Date;
  held_until: Date | null;
}
export const Messages = defineModel<MessageRow>('desk_messages', {
  id,
  owner: text(10),
  owner_id: reference,
  visibility: text(10),
  author_id: maybe,
  origin: { ...text(8), defaultValue: 'portal' },
  text: { type: DataTypes.TEXT, allowNull: false },
  at: moment,
  held_until: { type: DataTypes.DATE(3) },
});

interface WordRow {
  owner: string;
  word: string;
  owner_id: number;
}
/** Words under which orders are found. */
export const Words = defineModel<WordRow>('desk_words', {
  owner: { ...text(20), primaryKey: true },
  // Compared by bytes on every engine: words are folded already.
  word: { type: DataTypes.STRING(40, true), allowNull: false, primaryKey: true },
  owner_id: { ...reference, primaryKey: true },
});
