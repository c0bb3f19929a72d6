import { defineManifest, event } from '../../core/api.js';

export const manifest = defineManifest({
  id: 'customers',
  version: '1.0.0',
  core: '^1.0.0',
  icon: 'building-2',
  permissions: {
    'customer.read': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'customer.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'access.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'team.manage': { audience: 'customer', scopes: ['customer'] },
    'installation.read': { audience: 'both', scopes: ['customer', 'installation'], roles: ['agent'], default: true },
    'installation.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
  },
  events: {
    'customer.created': event<{ customerId: number }>(),
    'customer.updated': event<{ customerId: number }>(),
    'access.created': event<{ accessId: number; accountId: number; customerId: number }>(),
    'access.changed': event<{ accessId: number; accountId: number; customerId: number }>(),
    'installation.created': event<{ installationId: number; customerId: number }>(),
    'installation.updated': event<{ installationId: number; customerId: number }>(),
  },
  templates: { 'access-left': { action: true }, 'access-added': { action: true } },
  personalData: [
    { table: 'customers_customers', customer: 'id' },
    { table: 'customers_processors', customer: 'customer_id', account: 'account_id' },
    { table: 'customers_accesses', customer: 'customer_id', account: 'account_id' },
  ],
});

declare module '../../core/api.js' {
  interface Manifests {
    customers: typeof manifest;
  }
}
