import { defineManifest, event } from '../../core/api.js';

const ofRequest = [{ column: 'request_id', of: 'desk_requests' }] as const;

export const manifest = defineManifest({
  id: 'desk',
  version: '1.0.0',
  core: '^1.0.0',
  icon: 'clipboard-list',
  requires: ['customers'],
  permissions: {
    'request.create': { audience: 'both', scopes: ['customer', 'installation', 'project', 'device'], roles: ['agent'], default: true },
    'request.read': { audience: 'both', scopes: ['customer', 'installation', 'project', 'device'], roles: ['agent'], default: true },
    'request.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'template.manage': { audience: 'staff', roles: ['agent'] },
    'order.read': { audience: 'both', scopes: ['customer', 'installation', 'project', 'device'], roles: ['agent'], default: true },
    'order.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'order.create-direct': { audience: 'customer', scopes: ['customer', 'installation', 'project', 'device'] },
    'work.read': { audience: 'both', scopes: ['customer', 'installation', 'project', 'device'], roles: ['agent'], default: true },
    'request.solve': { audience: 'customer', scopes: ['customer', 'installation', 'device'] },
    'evaluation.read': { audience: 'customer', scopes: ['customer', 'installation'] },
    'work-sheet.read': { audience: 'customer', scopes: ['customer', 'installation'] },
    'purchase-price.read': { audience: 'both', scopes: ['customer', 'installation', 'project', 'device'], roles: ['agent'] },
  },
  events: {
    'request.reported': event<{ requestId: number; customerId: number; orderId: number | null }>(),
    'request.changed': event<{ requestId: number; customerId: number; changed: string[] }>(),
    'request.rejected': event<{ requestId: number; customerId: number }>(),
    'order.planned': event<{ orderId: number; customerId: number }>(),
    'order.status-changed': event<{ orderId: number; customerId: number; from: string; to: string }>(),
  },
  templates: {
    'report-received': { action: true },
    'report-rejected': { action: true },
    'order-planned': { action: true },
    'order-status': { action: true },
    'solver-chosen': { action: true },
    'request-solved': { action: true },
    'request-message': { action: true },
    mentioned: { action: true },
  },
  personalData: [
    { table: 'desk_requests', customer: 'customer_id', mentions: ['reporter_account_id', 'solver_id'], files: 'desk.request' },
    { table: 'desk_request_events', through: ofRequest, mentions: ['actor_id'] },
    { table: 'desk_request_watchers', account: 'account_id', through: ofRequest },
    { table: 'desk_request_tags', through: ofRequest },
    { table: 'desk_request_links', through: ofRequest },
    { table: 'desk_views', account: 'account_id' },
    { table: 'desk_templates', account: 'account_id' },
    { table: 'desk_acts', account: 'account_id' },
    { table: 'desk_act_items', through: ofRequest },
    { table: 'desk_drafts', account: 'account_id', through: ofRequest },
    { table: 'desk_reads', account: 'account_id', through: ofRequest },
    { table: 'desk_mentions', account: 'account_id', through: ofRequest },
    { table: 'desk_orders', customer: 'customer_id', mentions: ['technician_id', 'created_by'], files: 'desk.order' },
    { table: 'desk_order_rows', through: [{ column: 'order_id', of: 'desk_orders' }] },
    { table: 'desk_order_events', through: [{ column: 'order_id', of: 'desk_orders' }], mentions: ['actor_id'] },
    {
      table: 'desk_messages',
      through: [
        { column: 'owner_id', of: 'desk_orders', where: { owner: 'order' } },
        { column: 'owner_id', of: 'desk_requests', where: { owner: 'request' } },
      ],
      mentions: ['author_id'],
      files: 'desk.message',
    },
    {
      table: 'desk_words',
      through: [
        { column: 'owner_id', of: 'desk_orders', where: { owner: 'order' } },
        { column: 'owner_id', of: 'desk_requests', where: { owner: 'request' } },
      ],
    },
  ],
});

declare module '../../core/api.js' {
  interface Manifests {
    desk: typeof manifest;
  }
}
