import { DataTypes } from 'sequelize';
import { defineModel } from '../../../core/api.js';
import type { StoredRow } from '../../customers/api.js';
import { OrderRows } from '../tables.js';

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const key = { type: DataTypes.INTEGER, allowNull: false, primaryKey: true };
const reference = { type: DataTypes.INTEGER, allowNull: false };
const maybe = { type: DataTypes.INTEGER };
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const sum = { type: DataTypes.BIGINT, allowNull: false, defaultValue: 0 };
const moment = { type: DataTypes.DATE(3), allowNull: false };
const sometime = { type: DataTypes.DATE(3) };

/** What stands in the table. A quotation that was sent and whose time has passed is `expired` to everybody who reads it. */
const storedStatuses = ['draft', 'sent', 'accepted', 'refused', 'withdrawn'] as const;
export type StoredStatus = (typeof storedStatuses)[number];
/** Labels: `desk:quotation.status.<status>`. */
export const quotationStatuses = [...storedStatuses, 'expired'] as const;
export type QuotationStatus = (typeof quotationStatuses)[number];

export interface QuotationRow {
  id: number;
  /** Shown to people, such as Q-1001. */
  number: string;
  customer_id: number;
  installation_id: number | null;
  project_id: number | null;
  request_id: number | null;
  /** The order that it is about, or that was made of it. */
  order_id: number | null;
  title: string;
  text: string | null;
  /** It can be accepted before this moment. */
  valid_until: Date;
  status: StoredStatus;
  /** The one that is worked on, or was sent last. */
  version: number;
  /** The version that the customer has; 0 = none yet. */
  sent_version: number;
  /** Sum of its rows without VAT, in minor units. MariaDB gives such sums as text: `Number()` them. */
  value: number;
  purchase_value: number;
  created_by: number | null;
  created_at: Date;
  status_at: Date;
  /** When its rows went to an order. */
  ordered_at: Date | null;
  /** Counts the changes of texts and rows: what is sent is what was read. */
  edits: number;
}
export const Quotations = defineModel<QuotationRow>('desk_quotations', {
  id,
  number: text(20),
  customer_id: reference,
  installation_id: maybe,
  project_id: maybe,
  request_id: maybe,
  order_id: maybe,
  title: text(160),
  text: { type: DataTypes.TEXT },
  valid_until: moment,
  status: text(12),
  version: { ...reference, defaultValue: 1 },
  sent_version: { ...reference, defaultValue: 0 },
  value: sum,
  purchase_value: sum,
  created_by: maybe,
  created_at: moment,
  status_at: moment,
  ordered_at: sometime,
  edits: { ...reference, defaultValue: 0 },
});

export interface QuotationRowRow extends StoredRow {
  quotation_id: number;
}
const { order_id: _order, ...rowColumns } = OrderRows.attributes;
export const QuotationRows = defineModel<QuotationRowRow>('desk_quotation_rows', { ...rowColumns, quotation_id: reference });

/** What was offered, word for word, and what became of it: later changes make another one. */
export interface VersionRow {
  quotation_id: number;
  version: number;
  title: string;
  value: number;
  valid_until: Date;
  /** The `Offer` as JSON. */
  content: string;
  /** SHA-256 of `content`: what was accepted can be proved. */
  hash: string;
  sent_at: Date;
  sent_by: number | null;
  decision: 'accepted' | 'refused' | null;
  decided_at: Date | null;
  /** As the person typed it. */
  decided_name: string | null;
  reason: string | null;
  decided_ip: string | null;
  /** The account in the portal, or the one to which the link was sent. */
  decided_by: number | null;
  via: 'link' | 'portal' | null;
}
export const QuotationVersions = defineModel<VersionRow>('desk_quotation_versions', {
  quotation_id: key,
  version: key,
  title: text(160),
  value: sum,
  valid_until: moment,
  content: { type: 'MEDIUMTEXT', allowNull: false },
  hash: text(64),
  sent_at: moment,
  sent_by: maybe,
  decision: { type: DataTypes.STRING(10) },
  decided_at: sometime,
  decided_name: { type: DataTypes.STRING(160) },
  reason: { type: DataTypes.STRING(1000) },
  decided_ip: { type: DataTypes.STRING(45) },
  decided_by: maybe,
  via: { type: DataTypes.STRING(8) },
});

/** To whom a version was sent: with a link to answer (`to`), or for information (`copy`). */
export const QuotationRecipients = defineModel<{ quotation_id: number; version: number; account_id: number; kind: 'to' | 'copy' }>(
  'desk_quotation_recipients',
  { quotation_id: key, version: key, account_id: key, kind: text(4) },
);
