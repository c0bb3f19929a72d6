import type { InvitationState, PermissionId } from '../../core/api.js';

/** What is recorded depends on it. */
export type CustomerKind = 'person' | 'company';
/** `disabled`: its accesses do not work, its data stays. */
export type CustomerStatus = 'active' | 'disabled';

/** A customer of the service company: a person or a company. */
export interface CustomerRow {
  id: number;
  /** Shown to people, such as 10023. */
  number: number;
  kind: CustomerKind;
  /** What it is called in lists: the company's name, or first and last name. */
  name: string;
  first_name: string | null;
  last_name: string | null;
  short_name: string | null;
  registration_number: string | null;
  vat_number: string | null;
  contact_person: string | null;
  street: string | null;
  postal_code: string | null;
  city: string | null;
  country: string | null;
  phone: string | null;
  mobile: string | null;
  email: string | null;
  invoice_email: string | null;
  language: string | null;
  time_zone: string | null;
  /** Staff account that is the customer's reference. */
  account_manager_id: number | null;
  /** Its accounts must use a second factor. */
  mfa_required: boolean;
  status: CustomerStatus;
  /** Folded name: the order of lists. */
  name_key: string;
  created_at: Date;
}
/** A row of the customer overview. */
export interface CustomerListRow {
  id: number;
  number: number;
  kind: CustomerKind;
  name: string;
  city: string | null;
  email: string | null;
  phone: string | null;
  status: CustomerStatus;
  account_manager_id: number | null;
  accesses: number;
  installations: number;
}

/** Membership of an account in a customer. A removed one stays until it is undone or made anew. */
export interface AccessRow {
  id: number;
  account_id: number;
  customer_id: number;
  status: 'active' | 'disabled';
  covers_all_installations: boolean;
  covers_all_projects: boolean;
  /** Sees requests of one creator only (CM-03): by computer, or by login name such as `DOMAIN\\anna`. Null = all. */
  creator_kind: 'computer' | 'login' | null;
  creator: string | null;
  /** Gives nothing from then on. */
  expires_at: Date | null;
  created_at: Date;
  removed_at: Date | null;
}
/** An access as the pages show it. */
export interface AccessView {
  id: number;
  customerId: number;
  status: 'active' | 'disabled';
  account: { id: number; name: string; email: string; mobile: string | null; status: string; lastSignInAt: Date | null };
  invitation: InvitationState;
  options: string[];
  allInstallations: boolean;
  installationIds: number[];
}
/** A customer in which an account has a live access. */
export interface AccessSummary {
  accessId: number;
  customerId: number;
  customerName: string;
  customerNumber: number;
  allInstallations: boolean;
}
/** A right that can be ticked on an access; its label is that of the permission. */
export interface AccessOption {
  permission: PermissionId;
  /** Ticked on a new access. */
  default: boolean;
}

/** A site of a customer (plant, facility, "anläggning") at which work is done. */
export interface Installation {
  id: number;
  customer_id: number;
  name: string;
  city: string | null;
  address: string | null;
  reference_number: string | null;
  categories: string[];
  active: boolean;
  lat: number | null;
  lng: number | null;
}
/** Which installations a list shows; absent fields do not narrow. */
export interface InstallationFilter {
  customerId?: number;
  /** Cursor of the page before: lists over all customers are sorted by name. */
  after?: string;
  /** Words of name, city, address, reference number and categories, from their beginning. */
  q?: string;
  category?: string;
  active?: boolean;
  limit?: number;
}
/** A customer as lists and links need it. */
export interface CustomerRef {
  id: number;
  number: number;
  name: string;
}

/** How much depends on a device: 1 is the most important. */
export type DevicePriority = 1 | 2 | 3 | 4;
/** A device of an installation, as stored. */
export interface DeviceRow {
  id: number;
  customer_id: number;
  installation_id: number;
  name: string;
  /** Folded name: the order of lists. */
  name_key: string;
  /** Word such as `printer`, `computer`, `lift`. */
  kind: string;
  manufacturer: string | null;
  model: string | null;
  /** Unique within the customer. */
  serial: string | null;
  /** Where it stands, in words. */
  location: string | null;
  priority: DevicePriority;
  /** Who works at it. */
  user_name: string | null;
  /** Login name, such as `DOMAIN\\anna`. */
  user_login: string | null;
  user_email: string | null;
  /** ISO date, such as 2027-05-31. */
  warranty_until: string | null;
  /** Installed software, one per line. */
  software: string | null;
  active: boolean;
  /** Secret part of the address on its label. */
  qr_token: string;
  created_at: Date;
}

/** A project of a customer, as stored. */
export interface ProjectRow {
  id: number;
  customer_id: number;
  number: string;
  name: string;
  name_key: string;
  active: boolean;
  created_at: Date;
}
/** A device as pages and other plugins see it: without the secret of its label. */
export interface Device extends Omit<DeviceRow, 'qr_token' | 'name_key' | 'created_at'> {
  installation_name: string;
  installation_city: string | null;
  installation_active: boolean;
}
/** Which devices a list shows; absent fields do not narrow. */
export interface DeviceFilter {
  customerId?: number;
  installationId?: number;
  /** Words of name, kind, manufacturer, model, serial number, location, device user and login, from their beginning. */
  q?: string;
  kind?: string;
  priority?: DevicePriority;
  active?: boolean;
  /** Cursor of the page before. */
  after?: string;
  limit?: number;
}
/** Which projects a list shows; absent fields do not narrow. */
export interface ProjectFilter {
  customerId?: number;
  /** Words of number and name, from their beginning. */
  q?: string;
  active?: boolean;
  after?: string;
  limit?: number;
}
/** A project as pages and other plugins see it. */
export type Project = Omit<ProjectRow, 'name_key' | 'created_at'>;

/** One priced row of a project or an order, as stored: an article and its quantity. */
export interface StoredRow {
  id: number;
  position: number;
  article: string | null;
  text: string;
  /** In thousandths of the unit. */
  quantity: number;
  unit: string | null;
  /** Per unit, in minor units of the currency; null = not known. */
  purchase_price: number | null;
  sales_price: number | null;
  /** In hundredths of a percent; orders only. */
  vat?: number | null;
  /** Removed, and kept for a while so that it can be put back. */
  removed_at: Date | null;
}
/** A priced row with its amounts in minor units. What the reader may not see of purchase prices is absent. */
export interface PricedRow extends Omit<StoredRow, 'removed_at' | 'purchase_price'> {
  sales_amount: number | null;
  purchase_price?: number | null;
  purchase_amount?: number | null;
}
/** The rows of a project or an order with their sums, in minor units. */
export interface RowSheet {
  rows: PricedRow[];
  sales_total: number;
  /** Absent without the right to see purchase prices. */
  purchase_total?: number;
}

/** A row of a project: an article and its quantity. */
export interface ProjectRowRow extends StoredRow {
  project_id: number;
}
