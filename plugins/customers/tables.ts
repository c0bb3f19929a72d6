import { DataTypes } from 'sequelize';
import { defineModel } from '../../core/api.js';
import type { AccessRow, CustomerRow } from './types.js';

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const text = (length: number) => ({ type: DataTypes.STRING(length) });
const needed = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const reference = { type: DataTypes.INTEGER, allowNull: false };
const flag = (value: boolean) => ({ type: DataTypes.BOOLEAN, allowNull: false, defaultValue: value });

/** Customers as stored. */
export const Customers = defineModel<CustomerRow>('customers_customers', {
  id,
  number: reference,
  kind: needed(10),
  name: needed(160),
  first_name: text(80),
  last_name: text(80),
  short_name: text(40),
  registration_number: text(40),
  vat_number: text(40),
  contact_person: text(160),
  street: text(160),
  postal_code: text(20),
  city: text(80),
  country: text(2),
  phone: text(40),
  mobile: text(40),
  email: text(200),
  invoice_email: text(200),
  language: text(5),
  time_zone: text(60),
  account_manager_id: { type: DataTypes.INTEGER },
  status: { ...needed(10), defaultValue: 'active' },
  name_key: needed(160),
  created_at: { type: DataTypes.DATE(3), allowNull: false },
});

export const Accesses = defineModel<AccessRow>('customers_accesses', {
  id,
  account_id: reference,
  customer_id: reference,
  status: { ...needed(10), defaultValue: 'active' },
  covers_all_installations: flag(true),
  covers_all_projects: flag(true),
  created_at: { type: DataTypes.DATE(3), allowNull: false },
  removed_at: { type: DataTypes.DATE(3) },
});

export interface AccessOptionRow {
  access_id: number;
  permission: string;
}
export const AccessOptionRows = defineModel<AccessOptionRow>('customers_access_options', {
  access_id: { ...reference, primaryKey: true },
  permission: { ...needed(100), primaryKey: true },
});

export interface AccessInstallationRow {
  access_id: number;
  installation_id: number;
}
export const AccessInstallations = defineModel<AccessInstallationRow>('customers_access_installations', {
  access_id: { ...reference, primaryKey: true },
  installation_id: { ...reference, primaryKey: true },
});

export interface AdministratorRow {
  customer_id: number;
  account_id: number;
}
export const Administrators = defineModel<AdministratorRow>('customers_administrators', {
  customer_id: { ...reference, primaryKey: true },
  account_id: { ...reference, primaryKey: true },
});

export interface InstallationRow {
  id: number;
  customer_id: number;
  name: string;
  name_key: string;
  city: string | null;
  address: string | null;
  reference_number: string | null;
  /** `|lift|door|`: found with LIKE within one customer. */
  categories: string;
  active: boolean;
  lat: number | null;
  lng: number | null;
  created_at: Date;
}
export const Installations = defineModel<InstallationRow>('customers_installations', {
  id,
  customer_id: reference,
  name: needed(160),
  name_key: needed(160),
  city: text(80),
  address: text(200),
  reference_number: text(60),
  categories: { type: DataTypes.STRING(400), allowNull: false, defaultValue: '' },
  active: flag(true),
  lat: { type: DataTypes.DOUBLE },
  lng: { type: DataTypes.DOUBLE },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
});

export interface WordRow {
  owner: string;
  word: string;
  owner_id: number;
}
/** Words under which customers and installations are found. */
export const Words = defineModel<WordRow>('customers_words', {
  owner: { ...needed(20), primaryKey: true },
  // Compared by bytes on every engine: words are folded already.
  word: { type: DataTypes.STRING(40, true), allowNull: false, primaryKey: true },
  owner_id: { ...reference, primaryKey: true },
});
