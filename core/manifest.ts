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
    'accounts.preview': { audience: 'staff' },
    'access.explain': { audience: 'staff' },
    'audit.read': { audience: 'staff' },
    'health.manage': { audience: 'staff' },
    'outgoing.read': { audience: 'staff' },
    'signins.read': { audience: 'staff' },
  },
  settings: {
    companyName: { type: 'text', default: '', maxLength: 80, section: 'company' },
    companyPhone: { type: 'text', default: '', maxLength: 40, section: 'company' },
    companyEmail: { type: 'text', format: 'email', default: '', maxLength: 200, section: 'company' },
    language: { type: 'choice', options: ['en', 'sv', 'de', 'nl', 'sk'], default: 'en', section: 'region' },
    languages: { type: 'several', options: ['en', 'sv', 'de', 'nl', 'sk'], default: ['en', 'sv', 'de', 'nl', 'sk'], section: 'region' },
    country: { type: 'text', default: 'SE', required: true, maxLength: 2, section: 'region' },
    timeZone: { type: 'text', default: 'Europe/Stockholm', maxLength: 60, section: 'region' },
    currency: { type: 'choice', options: ['EUR', 'SEK', 'CHF', 'CZK', 'DKK', 'GBP', 'NOK', 'PLN', 'USD'], default: 'EUR', section: 'region' },
    staffTimeout: { type: 'duration', unit: 'minutes', default: 60, min: 1, max: 1440, section: 'security' },
    absoluteTimeout: { type: 'duration', unit: 'hours', default: 12, min: 1, max: 168, section: 'security' },
    invitationDays: { type: 'duration', unit: 'days', default: 7, min: 1, max: 60, section: 'security' },
    apiTokens: { type: 'choice', options: ['everyone', 'staff', 'nobody'], default: 'everyone', section: 'api' },
    apiRate: { type: 'number', default: 600, min: 0, max: 100_000, section: 'api' },
    apiAddressRate: { type: 'number', default: 1200, min: 0, max: 100_000, section: 'api' },
    mfaGraceDays: { type: 'duration', unit: 'days', default: 14, min: 0, max: 365, section: 'security' },
    rememberDays: { type: 'duration', unit: 'days', default: 30, min: 0, max: 365, section: 'security' },
    securityContact: { type: 'text', default: '', maxLength: 200, section: 'security' },
    mailFrom: { type: 'text', format: 'email', default: '', maxLength: 200, section: 'mail' },
    mailServer: { type: 'secret', default: '', section: 'mail' },
    smsAccount: { type: 'text', default: '', maxLength: 40, section: 'sms' },
    smsToken: { type: 'secret', default: '', section: 'sms' },
    smsFrom: { type: 'text', default: '', maxLength: 40, section: 'sms' },
    logo: { type: 'file', accept: ['.png', '.jpg', '.jpeg', '.webp'], maxBytes: 1_000_000, default: '', section: 'appearance' },
    theme: { type: 'choice', options: ['base', 'harbor'], default: 'base', section: 'appearance' },
  },
  personalData: [{ table: 'core_identities', account: 'account_id' }],
  events: {
    'account.invited': event<{ accountId: number }>(),
    'account.registered': event<{ accountId: number }>(),
    'account.signed-in': event<{ accountId: number; sessionId: number }>(),
    'rights.changed': event<{ accountIds: number[] }>(),
    'setting.changed': event<{ keys: string[] }>(),
    'plugin.changed': event<{ id: string; state: string }>(),
    'license.changed': event<{ state: string }>(),
  },
  templates: {
    invitation: { action: true },
    'password-reset': { action: true },
    'test-mail': { sms: true },
    'registration-code': { sms: true },
    'license-expiring': { action: true },
    'sign-in-code': {},
    'new-browser': { action: true },
    'factor-added': {},
    'factor-removed': {},
    'factors-reset': {},
    'recovery-codes-renewed': {},
    'recovery-code-used': {},
    'email-confirm': { action: true },
    'email-taken': {},
    'email-changed': { action: true },
  },
});

declare module './plugin/manifest.js' {
  interface Manifests {
    core: typeof manifest;
  }
}
