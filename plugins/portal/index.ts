import { definePlugin, SETTINGS } from '../../core/api.js';
import { manifest } from './manifest.js';
import { addMenu } from './menu.js';
import { OwnAccess } from '../customers/api.js';
import { portalPages } from './pages/index.js';
import { ownAccessCard } from './pages/own-accesses.js';
import { OrderRowService, Sight } from '../desk/api.js';
import { Matters } from './matters.js';

export default definePlugin({
  manifest,
  register(ctx) {
    const settings = ctx.services.resolve(SETTINGS);
    ctx.services.add(Matters);
    ctx.scope.add(ctx.services.resolve(OrderRowService).limit((actor) => actor.kind !== 'customer' || settings.get('portal.showOrderRows')));
    ctx.scope.add(ctx.services.resolve(Sight).hideDropped((actor) => actor.kind === 'customer' && settings.get('portal.hideCancelled')));
    ctx.sites.open({
      name: 'portal',
      kind: 'customer',
      layout: 'portal',
      home: '/',
      port: () => settings.get('portal.port'),
      portSetting: 'portal.port',
      idleMinutes: () => settings.get('portal.timeout'),
    });
    for (const pages of portalPages) ctx.pages('portal', pages);
    ctx.outlets.fill('core.profile', 'portal/own-accesses', (c) => ownAccessCard(c, ctx.services.resolve(OwnAccess)));
    addMenu(ctx);
  },
});
