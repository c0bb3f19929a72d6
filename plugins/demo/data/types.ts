/** A fault as a customer reports it, and what the technician wrote afterwards. */
export interface Fault {
  title: string;
  text: string;
  work: string;
}
/** A kind of installation with what breaks on it. */
export interface Kind {
  category: string;
  names: readonly string[];
  faults: readonly Fault[];
}
export interface SampleCustomer {
  /** First and last name of a person; absent for companies. */
  person?: readonly [string, string];
  name: string;
  domain: string;
  street: string;
  postal: string;
  city: string;
}
/** Everything sample data says in one language. */
export interface Sample {
  language: 'sv' | 'de' | 'nl' | 'sk' | 'en';
  country: string;
  timeZone: string;
  /** Numbers below it are not given to anybody. */
  phone: string;
  technician: string;
  customers: readonly SampleCustomer[];
  /** Contacts of the companies. */
  people: readonly string[];
  /** In every language the same kinds in the same order. */
  kinds: readonly Kind[];
  reasons: readonly string[];
  messages: { customer: readonly string[]; staff: readonly string[]; internal: readonly string[] };
}
