import { NotFoundError, SETTINGS, guard, type FormState, type PageContext, type PageModule, type Resolve, z } from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { projectInput } from '../register/inputs.js';
import { ProjectRowService, ProjectService } from '../register/project-service.js';
import type { Project } from '../types.js';
import { head } from './head.js';
import { rowPages, rowsView, type RowEdit } from './row-pages.js';

const filters = z.object({
  q: z.string().max(200).default(''),
  active: z.enum(['', '1', '0']).catch('').default(''),
  after: z.string().max(400).optional(),
});

/** Projects of a customer and their rows. */
export const projectPages: PageModule = (page, resolve) => {
  const [projects, customers] = [resolve(ProjectService), resolve(CustomerService)];
  const write = guard('customers.project.manage', 'write');
  const path = (c: PageContext) => `/customers/${c.id()}/projects`;
  const own = async (c: PageContext): Promise<Project> => {
    const project = await projects.get(c.actor, c.id('project'));
    if (project.customer_id !== c.id()) throw new NotFoundError();
    return project;
  };
  const values = (project: Project) => ({ number: project.number, name: project.name, active: project.active ? 'true' : '' });

  page.get('/customers/:id/projects', guard('customers.project.read'), async (c) => {
    const { q, active, after } = c.query(filters);
    const customer = await customers.get(c.actor, c.id());
    const { rows, next } = await projects.list(c.actor, { customerId: customer.id, q, active: active === '' ? undefined : active === '1', after });
    const self = (more: Record<string, string> = {}) => `${path(c)}?${new URLSearchParams({ q, active, ...more }).toString()}`;
    c.view(
      'customers/projects',
      {
        ...(await head(c, resolve, customer, 'projects')),
        q,
        active,
        rows,
        next: next && self({ after: next }),
        first: after ? self() : null,
        filtered: q !== '' || active !== '',
        actives: [
          { value: '1', label: c.t('project.active') },
          { value: '0', label: c.t('project.inactive') },
        ],
      },
      { title: `${c.t('tab.projects')} · ${customer.name}` },
    );
  });

  page.form('/customers/:id/projects/new', write, {
    schema: projectInput,
    initial: () => ({ active: 'true' }),
    show: (c, form) => showProject(c, resolve, form, null),
    async submit(c, input) {
      const project = await projects.create(c.actor, c.id(), input);
      c.redirect(`${path(c)}/${project.id}`, { key: 'customers:toast.projectCreated', vars: { number: project.number } });
    },
  });

  page.form('/customers/:id/projects/:project', guard('customers.project.read', 'write'), {
    schema: projectInput,
    initial: async (c) => values(await own(c)),
    show: async (c, form) => showProject(c, resolve, form, await own(c)),
    async submit(c, input) {
      const project = await own(c);
      await projects.update(c.actor, project.id, input);
      c.redirect(`${path(c)}/${project.id}`, { key: 'customers:toast.projectSaved', vars: { name: input.name } });
    },
  });

  for (const [action, active, back] of [
    ['activate', true, 'deactivate'],
    ['deactivate', false, 'activate'],
  ] as const) {
    page.post(`/customers/:id/projects/:project/${action}`, write, async (c) => {
      const project = await own(c);
      await projects.setActive(c.actor, project.id, active);
      const here = `${path(c)}/${project.id}`;
      c.redirect(here, { key: `customers:toast.project.${action}`, vars: { name: project.name }, undo: `${here}/${back}` });
    });
  }

  rowPages(page, resolve, {
    path: '/customers/:id/projects/:project',
    guard: write,
    rows: resolve(ProjectRowService),
    owner: async (c) => (await own(c)).id,
    href: (c) => `${path(c)}/${c.id('project')}`,
    async show(c, edit) {
      const project = await own(c);
      await showProject(c, resolve, { values: values(project), errors: {}, summary: [] }, project, edit);
    },
  });
};

async function showProject(c: PageContext, resolve: Resolve, form: FormState, project: Project | null, edit?: RowEdit): Promise<void> {
  const customer = await resolve(CustomerService).get(c.actor, c.id());
  const title = project ? project.name : c.t('project.new');
  const sheet = project && (await resolve(ProjectRowService).sheet(c.actor, project.id));
  c.view(
    'customers/project',
    {
      customer,
      project,
      form,
      title,
      lead: project && `${project.number} · ${customer.name}`,
      rows:
        project &&
        sheet &&
        rowsView(c, sheet, {
          currency: resolve(SETTINGS).get('core.currency'),
          href: `/customers/${customer.id}/projects/${project.id}`,
          writable: c.may('customers.project.manage'),
          edit,
        }),
    },
    { title: `${title} · ${customer.name}` },
  );
}
