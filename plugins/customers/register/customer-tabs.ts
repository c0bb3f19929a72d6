import { DATABASE, inject, injectable, type Database, type PageContext, type PermissionId } from '../../../core/api.js';
import type { CustomerRow } from '../types.js';

/** A tab of the customer page. Without `path` it is filled by the outlet `customers.customer.tab`, whose argument `tab` is the id. */
export interface CustomerTab {
  id: string;
  /** Full key of its text, such as `desk:tab.orders`. */
  label: string;
  /** Below `/customers/<id>`; '' is the overview. */
  path?: string;
  /** Lower comes first. */
  order: number;
  /** Absent for those who do not hold it anywhere. */
  permission?: PermissionId;
  /** SQL that counts the rows of one customer (one `?`) on an index. */
  count?: string;
}

/** The tabs of the customer page: plugins add theirs by `ctx.peer<CustomersExports>('customers').tabs.add(...)`. */
@injectable()
export class CustomerTabs {
  #tabs: readonly CustomerTab[] = [];

  constructor(@inject(DATABASE) private readonly db: Database) {}

  /** Returns the undo. */
  add(...tabs: CustomerTab[]): () => void {
    this.#tabs = [...this.#tabs, ...tabs].sort((a, b) => a.order - b.order);
    return () => (this.#tabs = this.#tabs.filter((tab) => !tabs.includes(tab)));
  }

  find(id: string): CustomerTab | undefined {
    return this.#tabs.find((tab) => tab.id === id && tab.path === undefined);
  }

  /** What the partial `customers/head` shows: name, state and tabs, with one query for all numbers. */
  async head(c: PageContext, customer: CustomerRow, active: string): Promise<{ customer: CustomerRow; base: string; tabs: object[] }> {
    const base = `/customers/${customer.id}`;
    const tabs = this.#tabs.filter(({ permission }) => permission === undefined || c.may(permission));
    const counted = tabs.filter((tab) => tab.count);
    const sql = counted.map(({ count }, index) => `(${count}) AS n${index}`).join(', ');
    const [numbers = {}] =
      counted.length === 0
        ? []
        : await this.db.query<Record<string, number>>(
            `SELECT ${sql}`,
            counted.map(() => customer.id),
          );
    return {
      customer,
      base,
      tabs: tabs.map((tab) => ({
        label: c.t(tab.label),
        href: `${base}${tab.path === undefined ? `/tabs/${tab.id}` : tab.path}`,
        active: tab.id === active,
        ...(tab.count ? { count: Number(numbers[`n${counted.indexOf(tab)}`]) } : {}),
      })),
    };
  }
}

/** What this plugin itself shows of a customer. */
export const ownTabs: readonly CustomerTab[] = [
  { id: 'overview', label: 'customers:tab.overview', path: '', order: 10 },
  {
    id: 'accesses',
    label: 'customers:tab.accesses',
    path: '/accesses',
    order: 20,
    count: 'SELECT COUNT(*) FROM customers_accesses WHERE customer_id = ? AND removed_at IS NULL',
  },
  {
    id: 'installations',
    label: 'customers:tab.installations',
    path: '/installations',
    order: 30,
    permission: 'customers.installation.read',
    count: 'SELECT COUNT(*) FROM customers_installations WHERE customer_id = ?',
  },
  {
    id: 'devices',
    label: 'customers:tab.devices',
    path: '/devices',
    order: 40,
    permission: 'customers.device.read',
    count: 'SELECT COUNT(*) FROM customers_devices WHERE customer_id = ?',
  },
  {
    id: 'projects',
    label: 'customers:tab.projects',
    path: '/projects',
    order: 50,
    permission: 'customers.project.read',
    count: 'SELECT COUNT(*) FROM customers_projects WHERE customer_id = ?',
  },
  { id: 'sign-in', label: 'customers:tab.signIn', path: '/sign-in', order: 75, permission: 'customers.access.manage' },
  { id: 'branding', label: 'customers:tab.branding', path: '/branding', order: 80, permission: 'customers.customer.manage' },
  { id: 'activity', label: 'customers:tab.activity', path: '/activity', order: 90 },
];
