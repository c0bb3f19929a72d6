import { defineManifest, event } from './plugin/manifest.js';

/** The core describes itself like a plugin, so that its permissions, settings and events work the same way. */
export const manifest = defineManifest({
  id: 'core',
  version: '1.0.0',
  core: '^1.0.0',
  permissions: {
    'settings.manage': { audience: 'staff' },
    'modules.manage': { audience: 'staff' },
    'accounts.manage': { audience: 'staff' },
    'audit.read': { audience: 'staff' },
    'health.manage': { audience: 'staff' },
    'outgoing.read': { audience: 'staff' },
  },
  settings: {
    companyName: { type: 'text', default: '', maxLength: 80, section: 'company' },
    companyPhone: { type: 'text', default: '', maxLength: 40, section: 'company' },
    companyEmail: { type: 'text', format: 'email', default: '', maxLength: 200, section: 'company' },
    language: { type: 'choice', options: ['en', 'sv', 'de', 'nl', 'sk'], default: 'en', section: 'region' },
    languages: { type: 'several', options: ['en', 'sv', 'de', 'nl', 'sk'], default: ['en', 'sv', 'de', 'nl', 'sk'], section: 'region' },
    timeZone: { type: 'text', default: 'Europe/Stockholm', maxLength: 60, section: 'region' },
    currency: { type: 'choice', options: ['EUR', 'SEK', 'CHF', 'CZK', 'DKK', 'GBP', 'NOK', 'PLN', 'USD'], default: 'EUR', section: 'region' },
    staffTimeout: { type: 'duration', unit: 'minutes', default: 60, min: 1, max: 1440, section: 'security' },
    absoluteTimeout: { type: 'duration', unit: 'hours', default: 12, min: 1, max: 168, section: 'security' },
    invitationDays: { type: 'duration', unit: 'days', default: 7, min: 1, max: 60, section: 'security' },
    mailFrom: { type: 'text', format: 'email', default: '', maxLength: 200, section: 'mail' },
    mailServer: { type: 'secret', default: '', section: 'mail' },
    logo: { type: 'file', accept: ['.png', '.jpg', '.jpeg', '.webp'], maxBytes: 1_000_000, default: '', section: 'appearance' },
    theme: { type: 'choice', options: ['base', 'harbor'], default: 'base', section: 'appearance' },
  },
  events: {
    'account.invited': event<{ accountId: number }>(),
    'account.registered': event<{ accountId: number }>(),
    'account.signed-in': event<{ accountId: number; sessionId: number }>(),
    'rights.changed': event<{ accountIds: number[] }>(),
    'setting.changed': event<{ keys: string[] }>(),
    'plugin.changed': event<{ id: string; state: string }>(),
    'license.changed': event<{ state: string }>(),
  },
  templates: { invitation: { action: true }, 'password-reset': { action: true }, 'test-mail': {}, 'license-expiring': { action: true } },
  personalData: [
    { table: 'core_accounts', account: 'id', addresses: ['email'] },
    { table: 'core_sessions', account: 'account_id' },
    { table: 'core_invitations', account: 'account_id' },
    { table: 'core_account_roles', account: 'account_id' },
    { table: 'core_outbox', customer: 'customer_id', account: 'account_id' },
    { table: 'core_inbox', account: 'account_id', through: [{ column: 'outbox_id', of: 'core_outbox' }] },
    // Rows of a customer are erased with the things they belong to (`files`), entries of the log are blanked.
    { table: 'core_files', mentions: ['account_id'] },
    { table: 'core_settings', mentions: ['updated_by'] },
    { table: 'core_setting_history', mentions: ['account_id'] },
  ],
});

declare module './plugin/manifest.js' {
  interface Manifests {
    core: typeof manifest;
  }
}
