import { words } from '../customers/api.js';
import type { Sample } from './data/index.js';

export interface Technician {
  id: number;
  name: string;
}
export interface Place {
  id: number;
  customerId: number;
  /** Which of the kinds it is. */
  kind: number;
  sample: Sample;
  /** Words under which its orders are found. */
  words: string[];
  devices: number[];
  /** Of its customer. */
  projects: number[];
}
export interface Contact {
  accountId: number;
  customerId: number;
  email: string;
  sample: Sample;
}
/** Whom and what orders are made for. */
export interface Cast {
  technicians: Technician[];
  places: Place[];
  contacts: Contact[];
}
export interface NewCustomer {
  sample: Sample;
  id: number;
  number: number;
  name: string;
  city: string;
  street: string;
  postal: string;
  domain: string;
  kind: 'person' | 'company';
  contacts: string[];
  places: number;
}

/** The part of a mail address that a name makes. */
export const mailName = (name: string): string => words(name).join('.');
