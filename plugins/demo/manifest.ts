import { defineManifest } from '../../core/api.js';

export const manifest = defineManifest({
  id: 'demo',
  version: '1.0.0',
  core: '^1.0.0',
  icon: 'flask-conical',
  requires: ['customers', 'desk'],
  permissions: { 'data.manage': { audience: 'staff' } },
  personalData: [
    {
      table: 'demo_objects',
      through: [
        { column: 'id', of: 'core_accounts', where: { kind: 'account' } },
        { column: 'id', of: 'customers_customers', where: { kind: 'customer' } },
        { column: 'id', of: 'customers_accesses', where: { kind: 'access' } },
        { column: 'id', of: 'customers_installations', where: { kind: 'installation' } },
        { column: 'id', of: 'desk_requests', where: { kind: 'request' } },
        { column: 'id', of: 'desk_orders', where: { kind: 'order' } },
        { column: 'id', of: 'desk_quotations', where: { kind: 'quotation' } },
      ],
    },
  ],
});

declare module '../../core/api.js' {
  interface Manifests {
    demo: typeof manifest;
  }
}
