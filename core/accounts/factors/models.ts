import { DataTypes } from 'sequelize';
import { defineModel } from '../../database/types.js';

/** How a person got in: the last thing that they showed. */
export const signInMethods = ['password', 'passkey', 'totp', 'email', 'recovery', 'device', 'sso', 'link'] as const;
export type SignInMethod = (typeof signInMethods)[number];
/** What stands beside the password. */
export type FactorKind = 'totp' | 'passkey' | 'email';

export interface FactorRow {
  id: number;
  account_id: number;
  kind: FactorKind;
  name: string;
  /** TOTP: the sealed key. Passkey: its public key, base64url. */
  secret: string | null;
  credential_id: string | null;
  credential_hash: string | null;
  transports: string | null;
  /** Passkey: how often it says it was used. TOTP: the last step that was accepted. */
  counter: number;
  created_at: Date;
  last_used_at: Date | null;
}
/** Something that a session, or a sign-in under way, has been asked to show. */
export interface ChallengeRow {
  id: number;
  /** `session:12` or `pending:5`. */
  owner: string;
  purpose: 'totp-key' | 'passkey' | 'email';
  /** Hashed, sealed or public, as the purpose needs it. */
  value: string;
  tries: number;
  created_at: Date;
  expires_at: Date;
}
/** A sign-in between the first and the second step; without an account: one that a passkey begins. */
export interface PendingRow {
  id: number;
  token_hash: string;
  account_id: number | null;
  site: string;
  method: SignInMethod | null;
  next: string;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
}
export interface RecoveryCodeRow {
  id: number;
  account_id: number;
  code_hash: string;
  created_at: Date;
  used_at: Date | null;
}
export interface DeviceRow {
  id: number;
  account_id: number;
  site: string;
  token_hash: string;
  agent: string | null;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
}
export interface SignInRow {
  id: number;
  /** Null for names that nobody has. What was typed is kept nowhere: it may be a password. */
  account_id: number | null;
  at: Date;
  site: string;
  ip: string | null;
  agent: string | null;
  /** Hash of a cookie that tells browsers apart. */
  browser_hash: string | null;
  method: SignInMethod;
  result: 'ok' | 'failed';
  reason: string | null;
}
export interface EmailChangeRow {
  id: number;
  account_id: number;
  site: string;
  old_email: string;
  new_email: string;
  confirm_hash: string;
  undo_hash: string | null;
  created_at: Date;
  expires_at: Date;
  confirmed_at: Date | null;
  undone_at: Date | null;
}

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const anyAccount = { type: DataTypes.INTEGER, references: { model: 'core_accounts', key: 'id' }, onDelete: 'CASCADE' };
const account = { ...anyAccount, allowNull: false };
const text = (length: number) => ({ type: DataTypes.STRING(length) });
const needed = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
// Compared byte by byte on MariaDB too.
const hash = { type: DataTypes.STRING(64, true) };
const neededHash = { ...hash, allowNull: false };
const date = { type: DataTypes.DATE(3) };
const neededDate = { ...date, allowNull: false };

export const Factors = defineModel<FactorRow>('core_factors', {
  id,
  account_id: account,
  kind: needed(10),
  name: needed(100),
  secret: { type: DataTypes.TEXT },
  credential_id: { type: DataTypes.TEXT },
  credential_hash: hash,
  transports: text(200),
  counter: { type: DataTypes.BIGINT, allowNull: false, defaultValue: 0 },
  created_at: neededDate,
  last_used_at: date,
});
export const Challenges = defineModel<ChallengeRow>('core_challenges', {
  id,
  owner: needed(40),
  purpose: needed(20),
  value: { type: DataTypes.TEXT, allowNull: false },
  tries: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  created_at: neededDate,
  expires_at: neededDate,
});
export const PendingSignIns = defineModel<PendingRow>('core_pending_sign_ins', {
  id,
  token_hash: neededHash,
  account_id: anyAccount,
  site: needed(40),
  method: text(10),
  next: needed(500),
  created_at: neededDate,
  expires_at: neededDate,
  used_at: date,
});
export const RecoveryCodes = defineModel<RecoveryCodeRow>('core_recovery_codes', {
  id,
  account_id: account,
  code_hash: neededHash,
  created_at: neededDate,
  used_at: date,
});
export const RememberedDevices = defineModel<DeviceRow>('core_remembered_devices', {
  id,
  account_id: account,
  site: needed(40),
  token_hash: neededHash,
  agent: text(300),
  created_at: neededDate,
  last_used_at: neededDate,
  expires_at: neededDate,
});
export const SignIns = defineModel<SignInRow>('core_sign_ins', {
  id,
  account_id: anyAccount,
  at: neededDate,
  site: needed(40),
  ip: text(45),
  agent: text(300),
  browser_hash: hash,
  method: needed(10),
  result: needed(10),
  reason: text(30),
});
export const EmailChanges = defineModel<EmailChangeRow>('core_email_changes', {
  id,
  account_id: account,
  site: needed(40),
  old_email: needed(254),
  new_email: needed(254),
  confirm_hash: neededHash,
  undo_hash: hash,
  created_at: neededDate,
  expires_at: neededDate,
  confirmed_at: date,
  undone_at: date,
});
