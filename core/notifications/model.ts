import { DataTypes } from 'sequelize';
import { defineModel } from '../database/types.js';

/** `waiting`: its channel is not set up; it goes out as soon as it is. `failed`: given up, an administrator may retry. */
export type OutboxStatus = 'queued' | 'sending' | 'waiting' | 'accepted' | 'failed';
export interface OutboxRow {
  /** UUID version 7, so that ids sort by time; also the Message-ID. */
  id: string;
  template: string;
  account_id: number | null;
  address: string | null;
  name: string | null;
  language: string | null;
  channel: string;
  /** Whom the order of delivery is kept for. */
  recipient: string;
  data: string;
  link: string | null;
  dedupe_key: string | null;
  secret: number | boolean;
  customer_id: number | null;
  /** JSON of `MailHeaders`. */
  mail: string | null;
  status: OutboxStatus;
  attempts: number;
  /** When it may next be taken: the end of its back-off or of its lease. */
  next_at: Date;
  lease: string | null;
  last_error: string | null;
  created_at: Date;
  accepted_at: Date | null;
}
export const outboxColumns = {
  id: { type: DataTypes.STRING(36), primaryKey: true },
  template: { type: DataTypes.STRING(120), allowNull: false },
  account_id: { type: DataTypes.INTEGER, allowNull: true },
  address: { type: DataTypes.STRING(255), allowNull: true },
  name: { type: DataTypes.STRING(255), allowNull: true },
  language: { type: DataTypes.STRING(10), allowNull: true },
  channel: { type: DataTypes.STRING(40), allowNull: false },
  recipient: { type: DataTypes.STRING(255), allowNull: false },
  data: { type: DataTypes.TEXT, allowNull: false },
  link: { type: DataTypes.TEXT, allowNull: true },
  dedupe_key: { type: DataTypes.STRING(190), allowNull: true },
  secret: { type: DataTypes.BOOLEAN, allowNull: false },
  customer_id: { type: DataTypes.INTEGER, allowNull: true },
  mail: { type: DataTypes.TEXT, allowNull: true },
  status: { type: DataTypes.STRING(10), allowNull: false },
  attempts: { type: DataTypes.INTEGER, allowNull: false },
  next_at: { type: DataTypes.DATE(3), allowNull: false },
  lease: { type: DataTypes.STRING(40), allowNull: true },
  last_error: { type: DataTypes.TEXT, allowNull: true },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
  accepted_at: { type: DataTypes.DATE(3), allowNull: true },
};
export const OutboxMessage = defineModel<OutboxRow>('core_outbox', outboxColumns);

export interface InboxRow {
  id: number;
  account_id: number;
  /** The message of the outbox it came from: a re-delivery does not show twice. */
  outbox_id: string;
  subject: string;
  text: string;
  link: string | null;
  created_at: Date;
  read_at: Date | null;
}
export const inboxColumns = {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  account_id: { type: DataTypes.INTEGER, allowNull: false },
  outbox_id: { type: DataTypes.STRING(36), allowNull: false },
  subject: { type: DataTypes.STRING(255), allowNull: false },
  text: { type: DataTypes.TEXT, allowNull: false },
  link: { type: DataTypes.TEXT, allowNull: true },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
  read_at: { type: DataTypes.DATE(3), allowNull: true },
};
export const InboxMessage = defineModel<InboxRow>('core_inbox', inboxColumns);
