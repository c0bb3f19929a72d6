import type { InvitationState } from '../../core/api.js';

/** What is recorded depends on it. */
export type CustomerKind = 'person' | 'company';
/** `disabled`: its accesses do not work, its data stays. `deleting`: the same until it is erased, or that is called off. */
export type CustomerStatus = 'active' | 'disabled' | 'deleting';

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
  city_key: string | null;
  /** ISO date; of persons only. */
  birth_date: string | null;
  /** Colors such as `#0b6e68`, readable on a light and on a dark surface; null = the company's. */
  brand_light: string | null;
  brand_dark: string | null;
  /** File id. */
  logo: string | null;
  /** `|vip|school|`, as installations have them. */
  categories: string;
  /** Counts changes: whoever saves an older one is shown the newer. */
  version: number;
  /** Accesses that are not removed; kept by `countAccesses`. */
  access_count: number;
  /** When it will be erased, while it is `deleting`. */
  erase_at: Date | null;
  /** What it was before it was to be erased. */
  status_before: CustomerStatus | null;
  created_at: Date;
}
/** Orders of the overview; `-` turns one round. */
export type CustomerSort = 'name' | '-name' | 'number' | '-number' | 'newest' | 'oldest';
/** Which customers the overview shows; absent fields do not narrow. */
export interface CustomerFilter {
  /** Words of name, number, city, mail, phone and categories, from their beginning. */
  q?: string;
  /** How their names begin. */
  begins?: string;
  status?: CustomerStatus;
  kind?: CustomerKind;
  managerId?: number;
  city?: string;
  /** Two letters, such as SE. */
  country?: string;
  category?: string;
  /** Only those nobody can log in for. */
  withoutAccess?: boolean;
  sort?: CustomerSort;
  /** Cursors of the page after and before. */
  after?: string;
  before?: string;
  /** At most 500; 25 unless told. */
  limit?: number;
  /** False: without the numbers of accesses and installations, which are 0 then. */
  counted?: boolean;
}
/** A row of the customer overview. */
export interface CustomerListRow {
  id: number;
  number: number;
  kind: CustomerKind;
  name: string;
  city: string | null;
  country: string | null;
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
  /** Account that disabled it: what staff disabled, a customer's own administrator cannot enable. */
  disabled_by: number | null;
  created_at: Date;
  removed_at: Date | null;
}
/** How far an access has come. `none`: there is neither an invitation nor a log-in yet; `ended`: its end date has passed. */
export const accessStates = ['none', 'invited', 'opened', 'expired', 'active', 'disabled', 'ended'] as const;
/** State of an access; label `customers:access.state.<state>`. */
export type AccessState = (typeof accessStates)[number];
/** One activity on one device (CM-10). */
export interface DeviceGrant {
  permission: string;
  deviceId: number;
  expiresAt: Date | null;
}
/** All that an access may, and where. */
export interface AccessRights {
  options: string[];
  /** End of single options, by permission; what is absent does not end. */
  ends: Record<string, Date>;
  allInstallations: boolean;
  installationIds: number[];
  allProjects: boolean;
  projectIds: number[];
  grants: DeviceGrant[];
}
/** An access as the pages show it. */
export interface AccessView extends AccessRights {
  id: number;
  customerId: number;
  status: 'active' | 'disabled';
  state: AccessState;
  account: { id: number; name: string; email: string; mobile: string | null; status: string; lastSignInAt: Date | null };
  invitation: InvitationState;
  expiresAt: Date | null;
  creatorKind: 'computer' | 'login' | null;
  creator: string | null;
  disabledBy: number | null;
  createdAt: Date;
}
/** Which accesses a list shows; absent fields do not narrow. */
export interface AccessFilter {
  /** Part of name or mail address. */
  q?: string;
  state?: AccessState;
  after?: string;
  limit?: number;
}
/** A customer in which an account has a live access. */
export interface AccessSummary {
  accessId: number;
  customerId: number;
  customerName: string;
  customerNumber: number;
  allInstallations: boolean;
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
  /** Words of name, kind, manufacturer, model, serial number, location, device user and login, from their beginning; within a customer also those of the installation. */
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
  /** Off the sales price, in hundredths of a percent; orders only. */
  discount?: number;
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
/** VAT of all rows of one rate: `rate` in hundredths of a percent, sums in minor units. */
export interface VatLine {
  rate: number;
  net: number;
  vat: number;
}
/** The rows of a project or an order with their sums, in minor units. */
export interface RowSheet {
  rows: PricedRow[];
  /** Without VAT. */
  sales_total: number;
  /** By rate, the highest first; rows without a rate are in none. */
  vat: VatLine[];
  vat_total: number;
  /** With VAT. */
  total: number;
  /** Absent without the right to see purchase prices. */
  purchase_total?: number;
}

/** A row of a project: an article and its quantity. */
export interface ProjectRowRow extends StoredRow {
  project_id: number;
}
