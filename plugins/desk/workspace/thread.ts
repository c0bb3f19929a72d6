import type { Account, FileInfo, PageContext } from '../../../core/api.js';
import type { MessageView, Origin, RequestEventView, RequestView } from '../types.js';

/** A message as the thread shows it. */
interface Said {
  kind: 'message';
  id: number | null;
  look: 'customer' | 'mine' | 'internal';
  name: string;
  via: string | null;
  text: string;
  /** Who is named in it behind an @. */
  names: string[];
  files: FileInfo[];
  at: Date;
  /** Until then it can be taken back, by who wrote it. */
  heldAt: string | null;
  fresh: boolean;
}
interface Happened {
  kind: 'event';
  icon: string;
  name: string | null;
  text: string;
  at: Date;
}
type Entry = Said | Happened | { kind: 'fold'; text: string; at: Date; events: Happened[] };

const icons: Record<string, string> = { merged: 'git-merge', linked: 'link', unlinked: 'unlink', order: 'clipboard-list', mail: 'mail', created: 'zap' };
/** More machine events than this in a row fold into one line. */
const few = 2;

/** The thread: what people said, and between it what happened, oldest first. `seen`: the newest message that the writer knew of. */
export function threadOf(c: PageContext, request: RequestView, people: ReadonlyMap<number, Account>, seen: number | null = null): Entry[] {
  const entries: (Said | Happened)[] = [
    said(c, { ...request, name: request.reporter_name ?? request.customer_name, at: request.created_at, files: request.photos }),
    ...request.merged.map((one) =>
      said(c, {
        ...one,
        name: one.reporter_name ?? request.customer_name,
        at: one.created_at,
        files: one.photos,
        origin: null,
        via: c.t('thread.mergedFrom', { number: one.number }),
      }),
    ),
    ...request.messages.map((message) => fromMessage(c, message, seen)),
    ...request.events.filter((event) => event.kind !== 'created').flatMap((event) => happened(c, event, people)),
  ];
  return folded(
    c,
    entries.sort((a, b) => a.at.getTime() - b.at.getTime()),
  );
}

function said(c: PageContext, what: { name: string; text: string; files: FileInfo[]; at: Date; origin: Origin | null; via?: string }): Said {
  const { name, text, files, at, origin } = what;
  return {
    kind: 'message',
    id: null,
    look: 'customer',
    name,
    via: what.via ?? (origin && c.t(`via.${origin}`)),
    text,
    names: [],
    files,
    at,
    heldAt: null,
    fresh: false,
  };
}

function fromMessage(c: PageContext, message: MessageView, seen: number | null): Said {
  const internal = message.visibility === 'internal';
  const held = message.held_until !== null && message.author_id === c.actor.account?.id;
  return {
    kind: 'message',
    id: message.id,
    look: internal ? 'internal' : message.staff ? 'mine' : 'customer',
    name: message.author_name ?? '–',
    via: internal ? null : c.t(`via.${message.origin}`),
    text: message.text,
    names: message.mentions,
    files: message.files,
    at: message.at,
    heldAt: held ? (message.held_until?.toISOString() ?? null) : null,
    fresh: seen !== null && message.id > seen && message.author_id !== c.actor.account?.id,
  };
}

/** One line for each thing that a change did. */
function happened(c: PageContext, event: RequestEventView, people: ReadonlyMap<number, Account>): Happened[] {
  const base = { kind: 'event' as const, icon: icons[event.kind] ?? 'zap', name: event.actor_name ?? null, at: event.at };
  if (event.kind === 'merged') return [{ ...base, text: mergeText(c, event) }];
  if (event.kind !== 'changed' && event.kind !== 'tags') return [{ ...base, text: c.t(`event.${event.kind}`, texts(event.data)) }];
  const after = afterOf(event);
  const lines = Object.keys(after).filter((field) => told.has(field));
  return lines.map((field) => {
    const person = field === 'solver_id' ? people.get(Number(after[field]))?.name : undefined;
    if (field === 'solver_id' && !person) return { ...base, text: c.t('event.set.nobody') };
    return { ...base, text: c.t(`event.set.${field}`, { value: person ?? valueOf(c, field, after[field]) }) };
  });
}

/** Both sides of a merge tell of it, and both of its way back. */
function mergeText(c: PageContext, { data }: RequestEventView): string {
  const other = (data['from'] ?? data['without']) as { number?: number } | undefined;
  if (other) return c.t(data['from'] ? 'event.mergedHere' : 'event.unmergedHere', { number: other.number ?? 0 });
  return c.t((data['after'] as { merged_into?: unknown } | undefined)?.merged_into ? 'event.merged' : 'event.unmerged');
}

/** Accounts that the timeline speaks of by their id. */
export const peopleOf = (request: RequestView): number[] => request.events.flatMap((event) => Number(afterOf(event)['solver_id']) || []);

const afterOf = (event: RequestEventView) => (event.data['after'] ?? {}) as Record<string, unknown>;

/** Changes that are worth a line. */
const told = new Set(['status', 'solver_id', 'priority', 'importance', 'type', 'subject', 'tags', 'installation_id', 'device_id', 'project_id', 'computer']);
const labels: Record<string, string> = { status: 'request.status', priority: 'priority', importance: 'importance', type: 'type' };

function valueOf(c: PageContext, field: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(', ') || '–';
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return labels[field] && text ? c.t(`${labels[field]}.${text}`) : text || '–';
}

const texts = (data: Record<string, unknown>): Record<string, string | number> =>
  Object.fromEntries(Object.entries(data).filter((entry): entry is [string, string | number] => ['string', 'number'].includes(typeof entry[1])));

/** Machine events are quiet: a run of them becomes one line that opens. */
function folded(c: PageContext, entries: readonly (Said | Happened)[]): Entry[] {
  const out: Entry[] = [];
  let run: Happened[] = [];
  const close = () => {
    const last = run.at(-1);
    if (last && run.length > few) out.push({ kind: 'fold', text: c.t('thread.changes', { count: run.length }), at: last.at, events: run });
    else out.push(...run);
    run = [];
  };
  for (const entry of entries) {
    if (entry.kind === 'event') run.push(entry);
    else {
      close();
      out.push(entry);
    }
  }
  close();
  return out;
}
