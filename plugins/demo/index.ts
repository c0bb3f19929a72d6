import { definePlugin } from '../../core/api.js';
import { DemoService } from './demo-service.js';
import { manifest } from './manifest.js';
import { demoPages } from './pages/demo-pages.js';

export default definePlugin({
  manifest,
  register(ctx) {
    ctx.services.add(DemoService);
    const demo = ctx.services.resolve(DemoService);
    ctx.jobs.handle('load', (_payload, signal) => demo.runLoad(signal));
    ctx.jobs.handle('remove', (_payload, signal) => demo.runRemoval(signal));
    ctx.pages('staff', demoPages);
    ctx.menu.add('staff', { label: 'menu.demo', href: '/demo', icon: 'flask-conical', permission: 'demo.data.manage', section: 'settings', order: 95 });
    ctx.outlets.fill('core.home', 'demo/home-card', async (c) => (c.may('demo.data.manage') && (await demo.isOffered()) ? {} : null), 10);
  },
});
