import { defineManifest, event } from '../../core/api.js';

const ofOrder = [{ column: 'order_id', of: 'desk_orders' }] as const;
const ofQuotation = [{ column: 'quotation_id', of: 'desk_quotations' }] as const;
const ofRequest = [{ column: 'request_id', of: 'desk_requests' }] as const;

/** `kind` says which clock; `dueAt` as ISO time. */
interface DueEvent {
  requestId: number;
  customerId: number;
  kind: 'respond' | 'solve';
  dueAt: string;
}

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
    'work-sheet.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'quotation.read': { audience: 'both', scopes: ['customer', 'installation', 'project'], roles: ['agent'] },
    'quotation.copy': { audience: 'customer', scopes: ['customer', 'installation', 'project'] },
    'quotation.manage': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'mail.manage': { audience: 'staff', roles: ['agent'] },
    'mailbox.manage': { audience: 'staff' },
    'catalog.manage': { audience: 'staff' },
    'invoice.manage': { audience: 'staff', scopes: ['customer'] },
    'purchase-price.read': { audience: 'both', scopes: ['customer', 'installation', 'project', 'device'], roles: ['agent'] },
    'contract.read': { audience: 'staff', scopes: ['customer'], roles: ['agent'] },
    'contract.manage': { audience: 'staff', scopes: ['customer'] },
    'level.manage': { audience: 'staff' },
  },
  settings: {
    dueSoon: { type: 'duration', unit: 'minutes', default: 60, min: 1, max: 10_080 },
    mailKeptDays: { type: 'duration', unit: 'days', default: 30, min: 1, max: 365, section: 'inbound' },
    mailMaxSize: { type: 'number', unit: 'MB', default: 25, min: 1, max: 50, section: 'inbound' },
    mailSenderRate: { type: 'number', default: 30, min: 1, max: 1000, section: 'inbound' },
    workArticle: { type: 'text', default: '', maxLength: 60 },
    travelArticle: { type: 'text', default: '', maxLength: 60 },
  },
  events: {
    'request.reported': event<{ requestId: number; customerId: number; orderId: number | null }>(),
    'request.changed': event<{ requestId: number; customerId: number; changed: string[] }>(),
    'request.rejected': event<{ requestId: number; customerId: number }>(),
    'request.due-soon': event<DueEvent>(),
    'request.overdue': event<DueEvent>(),
    'order.planned': event<{ orderId: number; customerId: number }>(),
    'order.status-changed': event<{ orderId: number; customerId: number; from: string; to: string }>(),
    'quotation.sent': event<{ quotationId: number; customerId: number }>(),
    'quotation.answered': event<{ quotationId: number; customerId: number; decision: 'accepted' | 'refused' }>(),
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
    'mail-received': { action: true },
    'quotation-sent': { action: true },
    'quotation-copy': { action: true },
    'quotation-accepted': { action: true },
    'quotation-refused': { action: true },
    'work-sheet-sent': { action: true },
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
    { table: 'desk_request_texts', through: [{ column: 'id', of: 'desk_requests' }] },
    { table: 'desk_order_texts', through: [{ column: 'id', of: 'desk_orders' }] },
    { table: 'desk_clocks', through: ofRequest },
    { table: 'desk_contracts', customer: 'customer_id' },
    { table: 'desk_customer_levels', customer: 'customer_id' },
    { table: 'desk_orders', customer: 'customer_id', mentions: ['technician_id', 'created_by'], files: 'desk.order' },
    { table: 'desk_order_rows', through: ofOrder },
    { table: 'desk_time_entries', account: 'account_id', through: ofOrder },
    { table: 'desk_order_checks', through: ofOrder, mentions: ['done_by'] },
    { table: 'desk_order_technicians', account: 'account_id', through: ofOrder },
    { table: 'desk_order_files', through: ofOrder },
    { table: 'desk_order_signatures', through: ofOrder, mentions: ['account_id'] },
    { table: 'desk_exports', mentions: ['account_id'] },
    { table: 'desk_order_events', through: ofOrder, mentions: ['actor_id'] },
    { table: 'desk_quotations', customer: 'customer_id', mentions: ['created_by'] },
    { table: 'desk_quotation_rows', through: ofQuotation },
    { table: 'desk_quotation_versions', through: ofQuotation, mentions: ['sent_by', 'decided_by'] },
    { table: 'desk_quotation_recipients', account: 'account_id', through: ofQuotation },
    { table: 'desk_work_sheets', customer: 'customer_id', mentions: ['sent_by'] },
    {
      table: 'desk_messages',
      through: [
        { column: 'owner_id', of: 'desk_orders', where: { owner: 'order' } },
        { column: 'owner_id', of: 'desk_requests', where: { owner: 'request' } },
      ],
      mentions: ['author_id'],
      files: 'desk.message',
    },
    { table: 'desk_mails', customer: 'customer_id', account: 'account_id', through: ofRequest, mentions: ['decided_by'], files: 'desk.mail' },
    { table: 'desk_blocked_senders', account: 'account_id', mentions: ['created_by'] },
    {
      table: 'desk_words',
      through: [
        { column: 'owner_id', of: 'desk_orders', where: { owner: 'order' } },
        { column: 'owner_id', of: 'desk_requests', where: { owner: 'request' } },
        { column: 'owner_id', of: 'desk_quotations', where: { owner: 'quotation' } },
      ],
    },
  ],
});

declare module '../../core/api.js' {
  interface Manifests {
    desk: typeof manifest;
  }
}
