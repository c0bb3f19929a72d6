import { defineManifest } from '../../core/api.js';

export const manifest = defineManifest({
  id: 'portal',
  version: '1.0.0',
  core: '^1.0.0',
  icon: 'layout-dashboard',
  license: 'portal',
  customerAccounts: true,
  requires: ['customers', 'desk'],
  permissions: { 'overview.read': { audience: 'customer', scopes: ['customer'], default: true } },
  settings: {
    port: { type: 'port', default: 49148, section: 'service' },
    timeout: { type: 'duration', unit: 'minutes', default: 30, min: 1, max: 1440, section: 'service' },
    showOrderRows: { type: 'switch', default: true, section: 'service' },
    hideCancelled: { type: 'switch', default: false, section: 'service' },
    welcome: { type: 'text', default: '', maxLength: 200, section: 'texts' },
    answerHours: { type: 'number', default: 2, min: 1, max: 240, unit: 'hours', section: 'texts' },
  },
});

declare module '../../core/api.js' {
  interface Manifests {
    portal: typeof manifest;
  }
}
