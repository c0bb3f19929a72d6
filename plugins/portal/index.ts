import { definePlugin, SETTINGS } from '../../core/api.js';
import { manifest } from './manifest.js';
import { homePages } from './pages/home.js';
import { orderPages } from './pages/orders.js';
import { placePages } from './pages/places.js';
import { reportPages } from './pages/report.js';
import { searchPages } from './pages/search.js';
import { Matters } from './matters.js';

export default definePlugin({
  manifest,
  register(ctx) {
    const settings = ctx.services.resolve(SETTINGS);
    ctx.services.add(Matters);
    ctx.sites.open({
      name: 'portal',
      kind: 'customer',
      layout: 'portal',
      home: '/',
      port: () => settings.get('portal.port'),
      portSetting: 'portal.port',
      idleMinutes: () => settings.get('portal.timeout'),
    });
    for (const pages of [homePages, reportPages, orderPages, placePages, searchPages]) ctx.pages('portal', pages);
    ctx.menu.add('staff', {
      label: 'plugin.name',
      href: '/settings/portal',
      icon: 'globe',
      permission: 'core.settings.manage',
      section: 'settings',
      order: 25,
    });
    ctx.menu.add('portal', { label: 'menu.home', href: '/', icon: 'house', order: 10 });
    ctx.menu.add('portal', { label: 'menu.orders', href: '/orders', icon: 'clipboard-list', order: 20 });
    ctx.menu.add('portal', { label: 'menu.report', href: '/report', icon: 'circle-plus', permission: 'desk.request.create', order: 30 });
    ctx.menu.add('portal', { label: 'menu.places', href: '/installations', icon: 'map-pin', permission: 'customers.installation.read', order: 40 });
  },
});
