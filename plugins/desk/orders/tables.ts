import { DataTypes } from 'sequelize';
import { defineModel } from '../../../core/api.js';

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const key = { type: DataTypes.INTEGER, allowNull: false, primaryKey: true };
const reference = { type: DataTypes.INTEGER, allowNull: false };
const maybe = { type: DataTypes.INTEGER };
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const moment = { type: DataTypes.DATE(3), allowNull: false };
const switched = (value: number) => ({ ...reference, defaultValue: value });

/** What can be sold: rows of orders are filled from it. Prices per unit in minor units, VAT in hundredths of a percent; null = not known. */
export interface ArticleRow {
  id: number;
  number: string;
  /** Folded, compared by bytes: two articles never differ by case only. */
  number_key: string;
  text: string;
  unit: string | null;
  purchase_price: number | null;
  sales_price: number | null;
  vat: number | null;
  active: number;
  /** Counts the changes: the undo of an import leaves what somebody changed since. */
  version: number;
}
export const Articles = defineModel<ArticleRow>('desk_articles', {
  id,
  number: text(60),
  number_key: { type: DataTypes.STRING(60, true), allowNull: false },
  text: text(200),
  unit: { type: DataTypes.STRING(20) },
  purchase_price: maybe,
  sales_price: maybe,
  vat: maybe,
  active: switched(1),
  version: switched(1),
});

/** What time was spent on. Labels: `desk:time.kind.<kind>`. */
export const timeKinds = ['work', 'travel', 'remote', 'other'] as const;
export type TimeKind = (typeof timeKinds)[number];
export interface TimeRow {
  id: number;
  order_id: number;
  account_id: number;
  start: Date;
  /** Null while the timer runs. */
  minutes: number | null;
  kind: TimeKind;
  billable: number;
  note: string | null;
  /** The order row that was made of it. */
  row_id: number | null;
}
export const TimeEntries = defineModel<TimeRow>('desk_time_entries', {
  id,
  order_id: reference,
  account_id: reference,
  start: moment,
  minutes: maybe,
  kind: text(10),
  billable: switched(1),
  note: { type: DataTypes.STRING(200) },
  row_id: maybe,
});

/** Lists of things to do that orders take over; `points` one per line. */
export interface ChecklistRow {
  id: number;
  name: string;
  points: string;
  active: number;
}
export const Checklists = defineModel<ChecklistRow>('desk_checklists', {
  id,
  name: text(80),
  points: { type: DataTypes.TEXT, allowNull: false },
  active: switched(1),
});
export interface CheckRow {
  id: number;
  order_id: number;
  position: number;
  text: string;
  done_at: Date | null;
  done_by: number | null;
}
/** Things to do on one order. */
export const OrderChecks = defineModel<CheckRow>('desk_order_checks', {
  id,
  order_id: reference,
  position: reference,
  text: text(200),
  done_at: { type: DataTypes.DATE(3) },
  done_by: maybe,
});

/** Who works on an order beside its lead (`desk_orders.technician_id`). */
export const OrderTechnicians = defineModel<{ order_id: number; account_id: number }>('desk_order_technicians', { order_id: key, account_id: key });

/** What a file of an order is. */
export const pictureKinds = ['before', 'after'] as const;
export type PictureKind = (typeof pictureKinds)[number];
export const OrderFiles = defineModel<{ file_id: string; order_id: number; kind: PictureKind | 'signature' }>('desk_order_files', {
  file_id: { type: DataTypes.STRING(36), allowNull: false, primaryKey: true },
  order_id: reference,
  kind: text(10),
});

export interface SignatureRow {
  order_id: number;
  /** The person who signed, as typed. */
  name: string;
  /** The drawing; null where only the name was typed. */
  file_id: string | null;
  signed_at: Date;
  /** Who held the device. */
  account_id: number | null;
}
export const Signatures = defineModel<SignatureRow>('desk_order_signatures', {
  order_id: key,
  name: text(160),
  file_id: { type: DataTypes.STRING(36) },
  signed_at: moment,
  account_id: maybe,
});

/** A hand-over of done orders to the economic system. */
export interface ExportRow {
  id: number;
  account_id: number | null;
  created_at: Date;
  orders: number;
  undone_at: Date | null;
}
export const Exports = defineModel<ExportRow>('desk_exports', {
  id,
  account_id: maybe,
  created_at: moment,
  orders: reference,
  undone_at: { type: DataTypes.DATE(3) },
});
