import { definePlugin, SETTINGS } from '../../core/api.js';
import { manifest } from './manifest.js';
import { devicePages } from './pages/devices.js';
import { addMenu } from './menu.js';
import { homePages } from './pages/home.js';
import { OwnAccess } from '../customers/api.js';
import { evaluationPages } from './pages/evaluation.js';
import { workSheetPages } from './pages/work-sheets.js';
import { ownAccessCard, ownAccessPages } from './pages/own-accesses.js';
import { teamPages } from './pages/team.js';
import { orderPages } from './pages/orders.js';
import { placePages } from './pages/places.js';
import { projectPages } from './pages/projects.js';
import { reportPages } from './pages/report.js';
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
    for (const pages of [homePages, reportPages, orderPages, placePages, devicePages, projectPages]) ctx.pages('portal', pages);
    for (const pages of [ownAccessPages, teamPages, evaluationPages, workSheetPages]) ctx.pages('portal', pages);
    ctx.outlets.fill('core.profile', 'portal/own-accesses', (c) => ownAccessCard(c, ctx.services.resolve(OwnAccess)));
    addMenu(ctx);
  },
});
