import { DataTypes } from 'sequelize';
import { defineModel } from '../database/types.js';
import type { AccountStatus } from './types.js';

export interface AccountRow {
  id: number;
  kind: 'staff' | 'customer';
  name: string;
  email: string;
  email_key: string;
  user_name: string;
  user_name_key: string;
  mobile: string | null;
  language: string;
  time_zone: string;
  status: AccountStatus;
  password_hash: string | null;
  password_changed_at: Date | null;
  must_change_password: boolean;
  last_sign_in_at: Date | null;
  created_at: Date;
  /** Since when the rules want a second factor of this person; null = they do not. */
  mfa_since: Date | null;
  /** Whether to tell the person of sign-ins from new browsers. */
  mail_on_sign_in: boolean;
}
export interface SessionRow {
  id: number;
  token_hash: string;
  csrf: string;
  account_id: number;
  site: string;
  created_at: Date;
  last_seen_at: Date;
  ip: string | null;
  agent: string | null;
  ended_at: Date | null;
  /** Null in sessions from before it was noted: not within the last minutes. */
  confirmed_at: Date | null;
  /** Did the person show more than a password? */
  factor_done: boolean;
}
export interface InvitationRow {
  id: number;
  account_id: number;
  token_hash: string;
  purpose: 'register' | 'reset';
  site: string;
  /** Name of the person who sent it; null for a reset asked for by the owner. */
  invited_by: string | null;
  sent_at: Date;
  opened_at: Date | null;
  expires_at: Date;
  used_at: Date | null;
  revoked_at: Date | null;
  /** Of the code that goes to the mobile; null when the link alone is enough. */
  code_hash: string | null;
  code_tries: number;
  code_sent_at: Date | null;
}
/** Codes that went to a number, for the limit of a day. */
export interface CodeSendRow {
  id: number;
  number_hash: string;
  sent_at: Date;
}

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const text = DataTypes.STRING;
const date = DataTypes.DATE(3);

export const AccountModel = defineModel<AccountRow>('core_accounts', {
  id,
  kind: text,
  name: text,
  email: text,
  email_key: text,
  user_name: text,
  user_name_key: text,
  mobile: text,
  language: text,
  time_zone: text,
  status: text,
  password_hash: text,
  password_changed_at: date,
  must_change_password: DataTypes.BOOLEAN,
  last_sign_in_at: date,
  created_at: date,
  mfa_since: date,
  mail_on_sign_in: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
});
export const SessionModel = defineModel<SessionRow>('core_sessions', {
  id,
  token_hash: text,
  csrf: text,
  account_id: DataTypes.INTEGER,
  site: text,
  created_at: date,
  last_seen_at: date,
  ip: text,
  agent: text,
  ended_at: date,
  confirmed_at: date,
  factor_done: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
});
export const InvitationModel = defineModel<InvitationRow>('core_invitations', {
  id,
  account_id: DataTypes.INTEGER,
  token_hash: text,
  purpose: text,
  site: text,
  invited_by: text,
  sent_at: date,
  opened_at: date,
  expires_at: date,
  used_at: date,
  revoked_at: date,
  code_hash: { type: DataTypes.STRING(64, true), allowNull: true },
  code_tries: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  code_sent_at: { type: date, allowNull: true },
});
export const CodeSendModel = defineModel<CodeSendRow>('core_code_sends', {
  id,
  number_hash: { type: DataTypes.STRING(64, true), allowNull: false },
  sent_at: { type: date, allowNull: false },
});
