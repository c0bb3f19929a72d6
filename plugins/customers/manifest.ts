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
    'installation.read': { audience: 'both', scopes: ['customer', 'installation'], roles: ['agent'], default: true },
    'installation.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'device.read': { audience: 'both', scopes: ['customer', 'installation', 'device'], roles: ['agent'] },
    'device.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'project.read': { audience: 'both', scopes: ['customer', 'project'], roles: ['agent'] },
    'project.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'purchase-price.read': { audience: 'both', scopes: ['customer', 'project'], roles: ['agent'] },
  },
  events: {
    'customer.created': event<{ customerId: number }>(),
    'customer.updated': event<{ customerId: number }>(),
    'access.created': event<{ accessId: number; accountId: number; customerId: number }>(),
    'access.changed': event<{ accessId: number; accountId: number; customerId: number }>(),
    'installation.created': event<{ installationId: number; customerId: number }>(),
    'installation.updated': event<{ installationId: number; customerId: number }>(),
    'device.created': event<{ deviceId: number; customerId: number }>(),
    'device.updated': event<{ deviceId: number; customerId: number }>(),
    'project.created': event<{ projectId: number; customerId: number }>(),
    'project.updated': event<{ projectId: number; customerId: number }>(),
  },
  personalData: [
    { table: 'customers_customers', customer: 'id' },
    { table: 'customers_devices', customer: 'customer_id' },
    { table: 'customers_projects', customer: 'customer_id' },
    { table: 'customers_accesses', customer: 'customer_id', account: 'account_id' },
  ],
});

declare module '../../core/api.js' {
  interface Manifests {
    customers: typeof manifest;
  }
}
