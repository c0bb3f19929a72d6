import { defineManifest, event } from '../../core/api.js';

export const manifest = defineManifest({
  id: 'customers',
  version: '1.0.0',
  core: '^1.0.0',
  icon: 'building-2',
  permissions: {
    'customer.read': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'customer.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'customer.import': { audience: 'staff' },
    'customer.erase': { audience: 'staff', scopes: ['customer'] },
    'access.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'team.manage': { audience: 'customer', scopes: ['customer'] },
    'installation.read': { audience: 'both', scopes: ['customer', 'installation'], roles: ['agent'], default: true },
    'installation.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'device.read': { audience: 'both', scopes: ['customer', 'installation', 'device'], roles: ['agent'] },
    'device.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'project.read': { audience: 'both', scopes: ['customer', 'project'], roles: ['agent'] },
    'project.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'purchase-price.read': { audience: 'both', scopes: ['customer', 'project'], roles: ['agent'] },
  },
  settings: { erasureDays: { type: 'number', default: 7, min: 0, max: 30, unit: 'days', section: 'erasure' } },
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
  templates: { 'access-left': { action: true }, 'access-added': { action: true } },
  personalData: [
    { table: 'customers_customers', customer: 'id', mentions: ['account_manager_id'], files: 'customers.customer', addresses: ['email', 'invoice_email'] },
    { table: 'customers_accesses', customer: 'customer_id', account: 'account_id', membership: true },
    { table: 'customers_access_options', through: [{ column: 'access_id', of: 'customers_accesses' }] },
    { table: 'customers_access_grants', through: [{ column: 'access_id', of: 'customers_accesses' }], mentions: ['created_by'] },
    { table: 'customers_access_installations', through: [{ column: 'access_id', of: 'customers_accesses' }] },
    { table: 'customers_access_projects', through: [{ column: 'access_id', of: 'customers_accesses' }] },
    { table: 'customers_administrators', customer: 'customer_id', account: 'account_id' },
    { table: 'customers_processors', customer: 'customer_id', account: 'account_id', mentions: ['created_by'] },
    { table: 'customers_template_runs', mentions: ['actor_id'] },
    { table: 'customers_template_run_rows', through: [{ column: 'access_id', of: 'customers_accesses' }] },
    { table: 'customers_installations', customer: 'customer_id' },
    { table: 'customers_categories', through: [{ column: 'installation_id', of: 'customers_installations' }] },
    { table: 'customers_devices', customer: 'customer_id' },
    { table: 'customers_projects', customer: 'customer_id' },
    { table: 'customers_project_rows', through: [{ column: 'project_id', of: 'customers_projects' }] },
    { table: 'customers_archives', customer: 'customer_id', mentions: ['account_id'] },
    { table: 'customers_imports', mentions: ['account_id'] },
    { table: 'customers_import_lines', customer: 'customer_id' },
    { table: 'customers_views', account: 'account_id' },
    {
      table: 'customers_words',
      through: [
        { column: 'owner_id', of: 'customers_customers', where: { owner: 'customer' } },
        { column: 'owner_id', of: 'customers_customers', where: { owner: 'category' } },
        { column: 'owner_id', of: 'customers_installations', where: { owner: 'installation' } },
        { column: 'owner_id', of: 'customers_devices', where: { owner: 'device' } },
        { column: 'owner_id', of: 'customers_projects', where: { owner: 'project' } },
      ],
    },
  ],
});

declare module '../../core/api.js' {
  interface Manifests {
    customers: typeof manifest;
  }
}
