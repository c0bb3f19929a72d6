import { defineManifest } from '../../core/api.js';

export const manifest = defineManifest({
  id: 'demo',
  version: '1.0.0',
  core: '^1.0.0',
  icon: 'flask-conical',
  requires: ['customers', 'desk'],
  permissions: { 'data.manage': { audience: 'staff' } },
});

declare module '../../core/api.js' {
  interface Manifests {
    demo: typeof manifest;
  }
}
