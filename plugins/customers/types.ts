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
