import { guard, type FormState, type PageModule, z } from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { InstallationService } from '../register/installation-service.js';
import { ProjectService } from '../register/project-service.js';
import type { Installation, Project } from '../types.js';

const filters = z.object({
  q: z.string().max(200).default(''),
  category: z.string().max(100).catch('').default(''),
  active: z.enum(['', '1', '0']).catch('').default(''),
  after: z.string().max(400).optional(),
});
/** More are found by searching. */
const pickerLimit = 100;

/** An installation as a tick box says it. */
export const placeOption = (place: Installation) => ({
  value: place.id,
  label: place.name,
  hint: [place.city, place.reference_number, ...place.categories].filter(Boolean).join(' · '),
});
/** A project as a tick box says it. */
export const projectOption = (project: Project) => ({ value: project.id, label: project.name, hint: project.number });

/** Installations over all customers, and lists to choose installations and projects from. */
export const placePages: PageModule = (page, resolve) => {
  const [installations, customers, projects] = [resolve(InstallationService), resolve(CustomerService), resolve(ProjectService)];

  page.get('/installations', guard('customers.installation.read'), async (c) => {
    const { q, category, active, after } = c.query(filters);
    const { rows, next } = await installations.page(c.actor, { q, category: category || undefined, active: active === '' ? undefined : active === '1', after });
    const self = (more: Record<string, string> = {}) => `/installations?${new URLSearchParams({ q, category, active, ...more }).toString()}`;
    c.view(
      'customers/places',
      {
        q,
        filter: { category, active },
        filtered: q !== '' || category !== '' || active !== '',
        rows,
        next: next && self({ after: next }),
        first: after ? self() : null,
        categories: await installations.categories(c.actor),
      },
      { title: c.t('tab.installations') },
    );
  });

  page.get('/customers/:id/installations/picker', guard('customers.customer.read'), async (c) => {
    const { q, category, active } = c.query(filters);
    const customer = await customers.get(c.actor, c.id());
    const found = await installations.list(c.actor, {
      customerId: customer.id,
      q,
      category: category || undefined,
      active: active === '' ? undefined : active === '1',
      limit: pickerLimit + 1,
    });
    const title = c.t('picker.installations');
    c.view('customers/picker-page', { ...results(found.map(placeOption), 'installation_ids'), customer, title, back: 'installations' }, { title });
  });

  page.get('/customers/:id/projects/picker', guard('customers.project.read'), async (c) => {
    const { q, active } = c.query(filters);
    const customer = await customers.get(c.actor, c.id());
    const found = await projects.list(c.actor, { customerId: customer.id, q, active: active === '' ? undefined : active === '1', limit: pickerLimit + 1 });
    const title = c.t('picker.projects');
    c.view('customers/picker-page', { ...results(found.rows.map(projectOption), 'project_ids'), customer, title, back: 'projects' }, { title });
  });
};

interface Option {
  value: number;
  label: string;
  hint?: string;
}
/** All options that are listed anyway, or, with `q`, those that it finds. */
type Find = (q?: string) => Promise<readonly Option[]>;

/**
 * What the partial `customers/picker` shows at first: what the form has ticked, then the others, or those that were sought, as far as `offered` lets them through.
 * Ticks that are not among the options stay. Add `url` of the results, `categories`, and `active` when only active ones are offered.
 */
export async function pickerView(find: Find, name: string, form: FormState, offered: (option: Option) => boolean = () => true): Promise<object> {
  const ticked = new Set(
    [form.values[name]]
      .flat()
      .filter((one) => one !== undefined && one !== '')
      .map(Number),
  );
  const options = await find();
  const sought = z.string().trim().max(200).catch('').parse(form.values['sought']);
  const known = new Set(options.map((one) => one.value));
  const chosen = options.filter((one) => ticked.has(one.value));
  const others = (sought === '' ? options : await find(sought)).filter((one) => !ticked.has(one.value) && offered(one));
  return { chosen, unlisted: [...ticked].filter((one) => !known.has(one)), any: options.length > 0, sought, ...results(others, name) };
}

/** What the partial `customers/picker-results` shows. */
function results<T>(options: readonly T[], name: string) {
  return { name, options: options.slice(0, pickerLimit), more: options.length > pickerLimit };
}
