import { defineManifest, event } from '../../core/api.js';
export const manifest = defineManifest({ id: 'desk', version: '1.0.0', core: '^1.0.0', requires: ['customers'],
  permissions: { 'order.read': { audience: 'both' } }, events: { 'order.planned': event<{ orderId: number }>() }, settings: { orderStart: { type: 'number', default: 1 } } });
declare module '../../core/api.js' { interface Manifests { desk: typeof manifest } }
