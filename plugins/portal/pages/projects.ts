import { SETTINGS, guard, type PageModule, z } from '../../../core/api.js';
import { ProjectRowService, ProjectService, rowsView } from '../../customers/api.js';
import { OrderService } from '../../desk/api.js';
import { ofOrder } from '../matters.js';

const listQuery = z.object({ q: z.string().trim().max(200).catch('').default(''), after: z.string().max(400).optional().catch(undefined) });

/** Projects in reach with their rows; purchase prices only for those who may see them (KO-07). */
export const projectPages: PageModule = (page, resolve) => {
  const [projects, rows, orders] = [resolve(ProjectService), resolve(ProjectRowService), resolve(OrderService)];

  page.get('/projects', guard('customers.project.read'), async (c) => {
    const { q, after } = c.query(listQuery);
    const list = await projects.list(c.actor, { q, after });
    const to = (more: Record<string, string>) => `/projects?${new URLSearchParams({ q, ...more }).toString()}`;
    c.view(
      'portal/projects',
      { q, projects: list.rows, next: list.next && to({ after: list.next }), first: after ? to({}) : null },
      { title: c.t('menu.projects') },
    );
  });

  page.get('/projects/:id', guard('customers.project.read'), async (c) => {
    const project = await projects.get(c.actor, c.id());
    const sheet = rowsView(c, await rows.sheet(c.actor, project.id), { currency: resolve(SETTINGS).get('core.currency') });
    const made = c.may('desk.order.read') ? (await orders.list(c.actor, { projectId: project.id, limit: 25 })).rows : [];
    c.view('portal/project', { project, rows: sheet, matters: made.map((row) => ofOrder(c, row)) }, { title: project.name });
  });
};
