import { z, type Actor } from '../../../core/api.js';
import { origins, requestStatuses, requestTypes, type RequestFilter } from '../types.js';

const word = (length: number) => z.string().trim().max(length).catch('').default('');
const oneOf = <T extends string>(...values: readonly T[]) =>
  z
    .enum(['', ...values])
    .catch('' as never)
    .default('' as never);
const scale = oneOf('1', '2', '3', '4');

/** What a view shows, as it stands in the address. Without a sort, those come first that are due next. */
export const filterQuery = z.object({
  q: word(200),
  status: oneOf('open', ...requestStatuses),
  type: oneOf(...requestTypes),
  priority: scale,
  importance: scale,
  /** `me`, `none` or an account. */
  solver: z
    .string()
    .regex(/^(me|none|[1-9]\d{0,8})?$/)
    .catch('')
    .default(''),
  tag: word(40),
  customer: z
    .string()
    .regex(/^([1-9]\d{0,8})?$/)
    .catch('')
    .default(''),
  origin: oneOf(...origins),
  due: oneOf('soon', 'overdue'),
  only: oneOf('reports', 'mentions', 'watched'),
  sort: oneOf('updated', 'newest'),
});
export type FilterQuery = z.output<typeof filterQuery>;
export const nothing: FilterQuery = filterQuery.parse({});

/** The views that everybody has. */
export const builtIn = {
  mine: { icon: 'inbox', query: { status: 'open', solver: 'me' } },
  unassigned: { icon: 'user-x', query: { status: 'open', solver: 'none' } },
  due: { icon: 'timer', query: { status: 'open', due: 'soon' } },
  overdue: { icon: 'alarm-clock', query: { status: 'open', due: 'overdue' } },
  mentions: { icon: 'at-sign', query: { only: 'mentions', sort: 'updated' } },
  reports: { icon: 'triangle-alert', query: { only: 'reports', type: 'fault', sort: 'newest' } },
  open: { icon: 'folder-open', query: { status: 'open' } },
  all: { icon: 'archive', query: { sort: 'newest' } },
} as const satisfies Record<string, { icon: string; query: Partial<FilterQuery> }>;
export type BuiltIn = keyof typeof builtIn;
export const isBuiltIn = (key: string): key is BuiltIn => Object.hasOwn(builtIn, key);

export function toFilter(actor: Actor, query: FilterQuery): RequestFilter {
  const me = actor.account?.id ?? 0;
  const { status, solver, only } = query;
  return {
    q: query.q || undefined,
    ...(status === 'open' ? { open: true } : status ? { status } : {}),
    type: query.type || undefined,
    priority: Number(query.priority) || undefined,
    importance: Number(query.importance) || undefined,
    solverId: solver === 'me' ? me : solver === 'none' ? solver : Number(solver) || undefined,
    tag: query.tag || undefined,
    customerId: Number(query.customer) || undefined,
    origin: query.origin || undefined,
    due: query.due || undefined,
    ...(only === 'reports' ? { unhandled: true } : {}),
    ...(only === 'mentions' ? { mentionedId: me } : {}),
    ...(only === 'watched' ? { watcherId: me } : {}),
    sort: query.sort || 'due',
  };
}

/** The filter as the part of an address behind `?`, without what narrows nothing. */
export function toQuery(query: Partial<FilterQuery>, more: Record<string, string> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return new URLSearchParams([...given, ...Object.entries(more)]).toString();
}
