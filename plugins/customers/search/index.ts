import type { Actor, PluginContext, SearchHit, SearchPage, SearchProvider, SearchQuery } from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { DeviceService } from '../register/device-service.js';
import { InstallationService } from '../register/installation-service.js';
import { ProjectService } from '../register/project-service.js';

/** A list of the register: words count from their beginning, the order is that of names. */
interface Listed<Row> extends Pick<SearchProvider, 'kind' | 'label' | 'icon' | 'permissions' | 'sites' | 'order'> {
  list(actor: Actor, filter: { q: string; active?: boolean; after?: string; limit: number }): Promise<{ rows: Row[]; next: string | null }>;
  hit(row: Row, site: string): Pick<SearchHit, 'id' | 'href' | 'number' | 'title'> & { about: (string | null | undefined)[]; active: boolean };
}
const most = 101;

function searchOf<Row>({ list, hit, ...about }: Listed<Row>): SearchProvider {
  return {
    ...about,
    filters: { open: true, since: false },
    async find(actor, { q, open, after, limit, site }: SearchQuery): Promise<SearchPage> {
      const filter = { q, active: open };
      const page = limit === 0 ? null : await list(actor, { ...filter, after, limit });
      const whole = page !== null && page.next === null && after === undefined;
      const count = whole ? page.rows.length : (await list(actor, { ...filter, limit: most })).rows.length;
      const hits = (page?.rows ?? []).map((row): SearchHit => {
        const { active, about: names, ...rest } = hit(row, site);
        const badge = active ? null : { tone: 'muted', icon: 'ban', text: 'customers:search.inactive' };
        return { ...rest, about: names.filter((name): name is string => Boolean(name)), snippet: null, within: null, at: null, badge };
      });
      return { hits, next: page?.next ?? null, count };
    },
  };
}

/** The register in the one search. */
export function addSearch(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  const of = (site: string, kind: string, id: number, customer: number): string =>
    site === 'staff' ? `/customers/${customer}/${kind}/${id}` : `/${kind}/${id}`;
  const kinds = [
    searchOf({
      kind: 'customers.customer',
      label: 'customers:search.customers',
      icon: 'building-2',
      permissions: ['customers.customer.read'],
      sites: ['staff'],
      order: 30,
      list: (actor, { active, ...filter }) =>
        resolve(CustomerService).list(actor, { ...filter, status: active === undefined ? undefined : active ? 'active' : 'disabled', counted: false }),
      hit: ({ id, number, name, city, email, status }) => ({
        ...{ id, href: `/customers/${id}`, number: String(number), title: name },
        about: [city, email],
        active: status === 'active',
      }),
    }),
    searchOf({
      kind: 'customers.installation',
      label: 'customers:search.installations',
      icon: 'map-pin',
      permissions: ['customers.installation.read'],
      order: 40,
      list: (actor, filter) => resolve(InstallationService).page(actor, filter),
      hit: ({ id, customer_id, name, address, city, customer_name, active }, site) => ({
        ...{ id, href: of(site, 'installations', id, customer_id), number: null, title: name },
        about: [site === 'staff' ? customer_name : null, address, city],
        active,
      }),
    }),
    searchOf({
      kind: 'customers.device',
      label: 'customers:search.devices',
      icon: 'printer',
      permissions: ['customers.device.read'],
      order: 50,
      list: (actor, filter) => resolve(DeviceService).list(actor, filter),
      hit: ({ id, customer_id, name, manufacturer, model, serial, installation_name, active }, site) => ({
        ...{ id, href: of(site, 'devices', id, customer_id), number: null, title: name },
        about: [[manufacturer, model].filter(Boolean).join(' '), serial, installation_name],
        active,
      }),
    }),
    searchOf({
      kind: 'customers.project',
      label: 'customers:search.projects',
      icon: 'folder',
      permissions: ['customers.project.read'],
      order: 60,
      list: (actor, filter) => resolve(ProjectService).list(actor, filter),
      hit: ({ id, customer_id, number, name, active }, site) => ({
        ...{ id, href: of(site, 'projects', id, customer_id), number, title: name },
        about: [],
        active,
      }),
    }),
  ];
  for (const kind of kinds) ctx.search.add(kind);
}
