import { DataTypes } from 'sequelize';
import { defineModel } from '../database/types.js';

/** A sign-in service of somebody else, by OpenID Connect. */
export interface ProviderRow {
  id: number;
  name: string;
  /** Whom it lets in, and so on which site its button stands. */
  kind: 'staff' | 'customer';
  issuer: string;
  client_id: string;
  /** Sealed under the key of the data folder. */
  client_secret: string | null;
  /** Mail domains, separated by spaces; '' = any. */
  domains: string;
  /** The thing it belongs to, such as `customers.customer:12`: then only its own people come in by it. */
  owner: string | null;
  /** Addresses within its domains count even when it does not say that they are verified. */
  trust_email: boolean;
  /** Its log-in counts as second factor. */
  second_factor: boolean;
  /** Its people no longer use passwords. */
  password_off: boolean;
  /** Role of staff accounts that are made at the first sign-in; null makes none. */
  create_role: string | null;
  active: boolean;
  created_at: Date;
  updated_at: Date;
}
/** Which person of a provider is which account. */
export interface IdentityRow {
  id: number;
  provider_id: number;
  account_id: number;
  subject: string;
  email: string | null;
  linked_at: Date;
  used_at: Date | null;
}
/** A sign-in that has gone to the provider and may come back once, to the same browser. */
export interface AttemptRow {
  id: number;
  state_hash: string;
  browser_hash: string;
  provider_id: number;
  site: string;
  next: string;
  /** The session whose person only shows once more who they are. */
  session_id: number | null;
  expires_at: Date;
}

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const line = (length: number, allowNull = false) => ({ type: DataTypes.STRING(length), allowNull });
const bytes = (length: number) => ({ type: DataTypes.STRING(length, true), allowNull: false });
const flag = { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false };
const time = { type: DataTypes.DATE(3), allowNull: false };
const of = (model: string) => ({ type: DataTypes.INTEGER, allowNull: false, references: { model, key: 'id' }, onDelete: 'CASCADE' });

export const ProviderModel = defineModel<ProviderRow>('core_identity_providers', {
  id,
  name: line(60),
  kind: line(10),
  issuer: line(500),
  client_id: line(300),
  client_secret: { type: DataTypes.TEXT, allowNull: true },
  domains: { type: DataTypes.TEXT, allowNull: false },
  owner: line(80, true),
  trust_email: flag,
  second_factor: flag,
  password_off: flag,
  create_role: line(40, true),
  active: flag,
  created_at: time,
  updated_at: time,
});
export const IdentityModel = defineModel<IdentityRow>('core_identities', {
  id,
  provider_id: of('core_identity_providers'),
  account_id: of('core_accounts'),
  subject: bytes(255),
  email: line(254, true),
  linked_at: time,
  used_at: { type: DataTypes.DATE(3), allowNull: true },
});
export const AttemptModel = defineModel<AttemptRow>('core_sign_in_attempts', {
  id,
  state_hash: bytes(64),
  browser_hash: bytes(64),
  provider_id: of('core_identity_providers'),
  site: line(40),
  next: line(500),
  session_id: { type: DataTypes.INTEGER, allowNull: true },
  expires_at: time,
});
/** The domains of providers once more, one a row, to find a provider by a mail address. */
export interface DomainRow {
  provider_id: number;
  domain: string;
}
export const DomainModel = defineModel<DomainRow>('core_provider_domains', {
  provider_id: { ...of('core_identity_providers'), primaryKey: true },
  domain: { type: DataTypes.STRING(190), allowNull: false, primaryKey: true },
});
