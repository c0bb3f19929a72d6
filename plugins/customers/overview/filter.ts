import { z, type PageContext } from '../../../core/api.js';
import type { CustomerFilter, CustomerSort } from '../types.js';

const sorts = ['name', '-name', 'number', '-number', 'newest', 'oldest'] as const satisfies readonly CustomerSort[];
const kinds = ['person', 'company'] as const;
const statuses = ['active', 'disabled', 'deleting'] as const;
const word = (length: number) => z.string().trim().max(length).catch('').default('');

/** The filter of the overview as it stands in the address. */
export const filterQuery = z.object({
  q: word(200),
  status: z
    .enum(['', ...statuses])
    .catch('')
    .default(''),
  kind: z
    .enum(['', ...kinds])
    .catch('')
    .default(''),
  manager: z.coerce.number().int().positive().max(2_147_483_647).or(z.literal('')).catch('').default(''),
  city: word(80),
  country: word(2),
  category: word(60),
  access: z.enum(['', 'without']).catch('').default(''),
  sort: z.enum(sorts).catch('name').default('name'),
});
export const pageQuery = filterQuery.extend({ after: z.string().max(400).optional(), before: z.string().max(400).optional() });
export type FilterQuery = z.output<typeof filterQuery>;

export function toFilter({ q, status, kind, manager, city, country, category, access, sort }: FilterQuery): CustomerFilter {
  return {
    q,
    sort,
    status: status || undefined,
    kind: kind || undefined,
    managerId: manager || undefined,
    city: city || undefined,
    country: country.toUpperCase() || undefined,
    category: category || undefined,
    withoutAccess: access === 'without',
  };
}

/** The filter as the part of an address behind `?`, without what is at its default. */
export function toQuery(filter: FilterQuery, more: Record<string, string> = {}): string {
  const given = Object.entries(filter).filter(([key, value]) => value !== '' && !(key === 'sort' && value === 'name'));
  return new URLSearchParams([...given.map(([key, value]) => [key, String(value)]), ...Object.entries(more)] as [string, string][]).toString();
}

/** Does anything narrow the list? */
export const narrows = (filter: FilterQuery): boolean => toQuery({ ...filter, sort: 'name' }) !== '';

/** What the selects of the overview offer. */
export function filterChoices(c: PageContext) {
  return {
    statuses: statuses.map((value) => ({ value, label: c.t(`customer.status.${value}`) })),
    kinds: kinds.map((value) => ({ value, label: c.t(`customer.kind.${value}`) })),
  };
}
