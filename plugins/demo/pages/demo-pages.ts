import { URLS, guard, type PageContext, type PageModule } from '../../../core/api.js';
import { DemoService, type DemoView } from '../demo-service.js';
import type { DemoKind } from '../tables.js';

const kinds: readonly DemoKind[] = ['customer', 'access', 'installation', 'order', 'request', 'account'];

export const demoPages: PageModule = (page, resolve) => {
  const [demo, urls] = [resolve(DemoService), resolve(URLS)];
  page.get('/demo', guard('demo.data.manage'), async (c) => {
    const view = await demo.view(c.actor);
    const busy = view.status === 'loading' || view.status === 'removing';
    c.view(
      'demo/demo',
      {
        ...view,
        busy,
        failed: view.status === 'failed',
        loaded: view.status === 'loaded',
        progressLabel: c.t(view.status === 'removing' ? 'progress.removing' : 'progress.loading'),
        counts: counts(c, view),
        keptCustomers: view.kept.filter((one) => one.kind === 'customer'),
        keptAccounts: view.kept.filter((one) => one.kind === 'account'),
        logins: view.logins.map((login) => ({ ...login, language: c.t(`language.${login.language}`), site: c.t(`login.${login.kind}`) })),
        staffUrl: urls.to('staff', '/'),
        portalUrl: urls.to('portal', '/'),
      },
      { title: c.t('title') },
    );
  });
  page.post('/demo/load', guard('demo.data.manage', 'write'), async (c) => {
    await demo.load(c.actor);
    c.redirect('/demo');
  });
  page.post('/demo/remove', guard('demo.data.manage', 'delete'), async (c) => {
    await demo.remove(c.actor);
    c.redirect('/demo');
  });
};

function counts(c: PageContext, view: DemoView) {
  return kinds.map((kind) => ({ label: c.t(`count.${kind}`), value: c.fmt.number(view.counts[kind] ?? 0) }));
}
