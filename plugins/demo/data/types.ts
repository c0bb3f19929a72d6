/** A fault as a customer reports it, and what the technician wrote afterwards. */
export interface Fault {
  title: string;
  text: string;
  work: string;
}
/** A device as it stands on many installations. */
export interface SampleDevice {
  kind: string;
  /** What it is called. */
  name: string;
  manufacturer: string;
  model: string;
  location: string;
  software?: readonly string[];
}
/** An article of a project or an order; prices in minor units per unit. */
export interface SampleArticle {
  article: string;
  text: string;
  unit: string;
  purchase: number;
  sales: number;
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
  devices: readonly SampleDevice[];
  /** Names of projects. */
  projects: readonly string[];
  /** Working time and small parts, as they stand on projects and orders. */
  articles: readonly SampleArticle[];
  /** Things to do on a visit. */
  checklist: { name: string; points: readonly string[] };
  reasons: readonly string[];
  messages: { customer: readonly string[]; staff: readonly string[]; internal: readonly string[] };
}
