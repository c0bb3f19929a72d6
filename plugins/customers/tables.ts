import { DataTypes } from 'sequelize';
import { defineModel } from '../../core/api.js';
import type { AccessRow, CustomerRow, DeviceRow, ProjectRow, ProjectRowRow } from './types.js';

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
  mfa_required: flag(false),
  status: { ...needed(10), defaultValue: 'active' },
  name_key: needed(160),
  city_key: text(80),
  birth_date: text(10),
  brand_light: text(7),
  brand_dark: text(7),
  logo: text(36),
  categories: { ...needed(400), defaultValue: '' },
  version: { ...reference, defaultValue: 1 },
  access_count: { ...reference, defaultValue: 0 },
  erase_at: { type: DataTypes.DATE(3) },
  status_before: text(10),
  created_at: { type: DataTypes.DATE(3), allowNull: false },
});

export const Accesses = defineModel<AccessRow>('customers_accesses', {
  id,
  account_id: reference,
  customer_id: reference,
  status: { ...needed(10), defaultValue: 'active' },
  covers_all_installations: flag(true),
  covers_all_projects: flag(true),
  creator_kind: text(10),
  creator: text(160),
  expires_at: { type: DataTypes.DATE(3) },
  disabled_by: { type: DataTypes.INTEGER },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
  removed_at: { type: DataTypes.DATE(3) },
});

export interface AccessOptionRow {
  access_id: number;
  permission: string;
  expires_at: Date | null;
}
export const AccessOptionRows = defineModel<AccessOptionRow>('customers_access_options', {
  access_id: { ...reference, primaryKey: true },
  permission: { ...needed(100), primaryKey: true },
  expires_at: { type: DataTypes.DATE(3) },
});

/** One activity on one device, or on one installation, beyond what the options give (CM-10). */
export interface AccessGrantRow {
  id: number;
  access_id: number;
  permission: string;
  device_id: number | null;
  installation_id: number | null;
  expires_at: Date | null;
  created_by: number | null;
  created_at: Date;
}
export const AccessGrants = defineModel<AccessGrantRow>('customers_access_grants', {
  id,
  access_id: reference,
  permission: needed(100),
  device_id: { type: DataTypes.INTEGER },
  installation_id: { type: DataTypes.INTEGER },
  expires_at: { type: DataTypes.DATE(3) },
  created_by: { type: DataTypes.INTEGER },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
});

export interface AccessInstallationRow {
  access_id: number;
  installation_id: number;
}
export const AccessInstallations = defineModel<AccessInstallationRow>('customers_access_installations', {
  access_id: { ...reference, primaryKey: true },
  installation_id: { ...reference, primaryKey: true },
});

export interface AccessProjectRow {
  access_id: number;
  project_id: number;
}
/** Projects an access covers when it does not cover all active ones. */
export const AccessProjects = defineModel<AccessProjectRow>('customers_access_projects', {
  access_id: { ...reference, primaryKey: true },
  project_id: { ...reference, primaryKey: true },
});

export interface AdministratorRow {
  customer_id: number;
  account_id: number;
}
export const Administrators = defineModel<AdministratorRow>('customers_administrators', {
  customer_id: { ...reference, primaryKey: true },
  account_id: { ...reference, primaryKey: true },
});

export interface ProcessorRow {
  id: number;
  customer_id: number;
  account_id: number;
  /** Such as `desk.order`. */
  object_kind: string;
  object_id: number;
  created_by: number | null;
  created_at: Date;
}
/** Staff who may see and process one object of a customer (DX-14). */
export const Processors = defineModel<ProcessorRow>('customers_processors', {
  id,
  customer_id: reference,
  account_id: reference,
  object_kind: needed(60),
  object_id: reference,
  created_by: { type: DataTypes.INTEGER },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
});

export interface TemplateRow {
  id: number;
  /** Null while a proposal still has its own, translated name. */
  name: string | null;
  proposal: string | null;
  created_at: Date;
}
/** Named sets of options. */
export const Templates = defineModel<TemplateRow>('customers_templates', {
  id,
  name: text(80),
  proposal: text(20),
  created_at: { type: DataTypes.DATE(3), allowNull: false },
});
export const TemplateOptions = defineModel<{ template_id: number; permission: string }>('customers_template_options', {
  template_id: { ...reference, primaryKey: true },
  permission: { ...needed(100), primaryKey: true },
});

export interface TemplateRunRow {
  id: number;
  template: string;
  /** JSON list of permissions. */
  options: string;
  actor_id: number | null;
  total: number;
  done: number;
  undone: boolean;
  created_at: Date;
}
/** A template that is or was given to many accesses. */
export const TemplateRuns = defineModel<TemplateRunRow>('customers_template_runs', {
  id,
  template: needed(80),
  options: { type: DataTypes.TEXT, allowNull: false },
  actor_id: { type: DataTypes.INTEGER },
  total: reference,
  done: { ...reference, defaultValue: 0 },
  undone: flag(false),
  created_at: { type: DataTypes.DATE(3), allowNull: false },
});
/** The accesses of a run; `former` is null until it was done, then the options as they were with their ends, as JSON. */
export const TemplateRunRows = defineModel<{ run_id: number; access_id: number; former: string | null }>('customers_template_run_rows', {
  run_id: { ...reference, primaryKey: true },
  access_id: { ...reference, primaryKey: true },
  former: { type: DataTypes.TEXT },
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

export const Devices = defineModel<DeviceRow>('customers_devices', {
  id,
  customer_id: reference,
  installation_id: reference,
  name: needed(160),
  name_key: needed(160),
  kind: needed(40),
  manufacturer: text(80),
  model: text(120),
  serial: text(80),
  location: text(160),
  priority: { ...reference, defaultValue: 3 },
  user_name: text(160),
  user_login: text(160),
  user_email: text(200),
  warranty_until: text(10),
  software: { type: DataTypes.TEXT },
  active: flag(true),
  // Compared by bytes on every engine.
  qr_token: { type: DataTypes.STRING(43, true), allowNull: false },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
});

export const Projects = defineModel<ProjectRow>('customers_projects', {
  id,
  customer_id: reference,
  number: needed(40),
  name: needed(160),
  name_key: needed(160),
  active: flag(true),
  created_at: { type: DataTypes.DATE(3), allowNull: false },
});

export const ProjectRows = defineModel<ProjectRowRow>('customers_project_rows', {
  id,
  project_id: reference,
  position: reference,
  article: text(60),
  text: needed(200),
  quantity: reference,
  unit: text(20),
  purchase_price: { type: DataTypes.INTEGER },
  sales_price: { type: DataTypes.INTEGER },
  removed_at: { type: DataTypes.DATE(3) },
});

export interface CategoryRow {
  category_key: string;
  name_key: string;
  installation_id: number;
  category: string;
}
/** Categories of installations one by one, in the order of the installations' names: for filters over all customers. */
export const Categories = defineModel<CategoryRow>('customers_categories', {
  // Compared by bytes on every engine: folded.
  category_key: { type: DataTypes.STRING(60, true), allowNull: false, primaryKey: true },
  name_key: { ...needed(160), primaryKey: true },
  installation_id: { ...reference, primaryKey: true },
  category: needed(60),
});

export interface WordRow {
  owner: string;
  word: string;
  owner_id: number;
  /** The name that lists are in the order of. */
  name_key: string;
}
/** Words under which customers and installations are found. */
export const Words = defineModel<WordRow>('customers_words', {
  owner: { ...needed(20), primaryKey: true },
  // Compared by bytes on every engine: words are folded already.
  word: { type: DataTypes.STRING(40, true), allowNull: false, primaryKey: true },
  owner_id: { ...reference, primaryKey: true },
  name_key: { ...needed(160), defaultValue: '' },
});
