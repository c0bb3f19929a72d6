import { ACCESS, CLOCK, DATABASE, NotFoundError, inject, injectable, toDate, type Access, type Actor, type Clock, type Database } from '../../../core/api.js';
import { decodeCursor, encodeCursor } from '../../customers/api.js';
import { Sight, requestColumns, requestResource } from '../sight.js';
import type { Page, RequestRow } from '../types.js';
import type { BusinessTime } from './business-time.js';
import { BusinessTimes } from './calendars.js';
import { clockOf } from './clocks.js';
import type { CalendarRow, ClockKind, ClockRow, ClockState, LevelRow, LevelSource } from './tables.js';

/** One promise of a request, as it stands now. */
export interface ClockView {
  kind: ClockKind;
  state: ClockState;
  /** Minutes of business time that were promised. */
  target: number;
  /** Milliseconds of business time that have passed; more than the target when it ran out. */
  used: number;
  /** When the time runs out or ran out; null while the customer is to answer. */
  due_at: Date | null;
  ended_at: Date | null;
  /** Outside of business hours: when it counts again. */
  closed_until: Date | null;
}
/** What is promised for a request, and by what. */
export interface RequestClocks {
  clocks: ClockView[];
  level: { id: number; name: string };
  source: LevelSource;
  contract: { id: number; number: string } | null;
}

/** A request in the list of those whose time has run out. */
export type OverdueRow = Pick<RequestRow, 'id' | 'number' | 'subject' | 'priority' | 'status' | 'open' | 'due_at' | 'customer_id' | 'solver_id'> & {
  customer_name: string;
};

/** The clocks of a request for staff who handle it. */
@injectable()
export class ClockService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(Sight) private readonly sight: Sight,
    @inject(BusinessTimes) private readonly times: BusinessTimes,
  ) {}

  /** Null when nothing is promised. @throws NotFoundError outside the actor's reach; ForbiddenError for others than those who handle it */
  async of(actor: Actor, requestId: number): Promise<RequestClocks | null> {
    const [request] = await this.db.query<RequestRow>('SELECT * FROM desk_requests WHERE id = ?', [requestId]);
    if (!request || !(await this.sight.seesRequest(actor, request))) throw new NotFoundError();
    await this.access.assert(actor, 'desk.request.manage', requestResource(request));
    type Row = ClockRow & Pick<LevelRow, 'name' | 'calendar_id'> & Pick<CalendarRow, 'time_zone' | 'hours' | 'version'> & { number: string | null };
    const rows = await this.db.query<Row>(
      `SELECT c.*, l.name, l.calendar_id, h.time_zone, h.hours, h.version, k.number FROM desk_clocks c JOIN desk_levels l ON l.id = c.level_id
       JOIN desk_calendars h ON h.id = l.calendar_id LEFT JOIN desk_contracts k ON k.id = c.contract_id WHERE c.request_id = ? ORDER BY c.kind`,
      [requestId],
    );
    // What still counts says which level it is: a clock that ended may be of an earlier one.
    const last = rows.find((row) => row.ended_at === null) ?? rows[0];
    if (!last) return null;
    const clocks = await Promise.all(rows.map(async (row) => viewOf(clockOf(row), await this.times.of({ ...row, id: row.calendar_id }), this.clock.now())));
    const { name, source, number } = last;
    return { clocks, level: { id: last.level_id, name }, source, contract: last.contract_id && number ? { id: last.contract_id, number } : null };
  }

  /** Open requests whose time has run out, the longest first, as far as the actor handles them. */
  async overdue(actor: Actor, { after, limit = 25 }: { after?: string | undefined; limit?: number }): Promise<Page<OverdueRow>> {
    const [seen, handled] = [await this.sight.requests(actor), (await this.access.scope(actor, 'desk.request.manage')).sql(requestColumns, 'r')];
    const cursor = decodeCursor(after, 2);
    const rows = await this.db.query<OverdueRow>(
      `SELECT r.id, r.number, r.subject, r.priority, r.status, r.open, r.due_at, r.customer_id, c.name AS customer_name, r.solver_id
       FROM desk_requests r JOIN customers_customers c ON c.id = r.customer_id
       WHERE r.open = 1 AND r.due_at <= ? AND ${seen.sql} AND ${handled.sql}${cursor ? ' AND (r.due_at > ? OR (r.due_at = ? AND r.id > ?))' : ''}
       ORDER BY r.due_at, r.id LIMIT ${limit + 1}`,
      [this.clock.now(), ...seen.params, ...handled.params, ...(cursor ? [new Date(cursor[0]), new Date(cursor[0]), cursor[1]] : [])],
    );
    const found = rows.map((row) => ({ ...row, due_at: toDate(row.due_at) }));
    const last = found[limit - 1];
    return { rows: found.slice(0, limit), next: found.length > limit && last ? encodeCursor(last.due_at.getTime(), last.id) : null };
  }

  /** How many of them, 100 at most. */
  async countOverdue(actor: Actor): Promise<number> {
    const scope = (await this.access.scope(actor, 'desk.request.manage')).sql(requestColumns, 'r');
    const [row] = await this.db.query<{ n: number }>(
      `SELECT COUNT(*) AS n FROM (SELECT 1 FROM desk_requests r WHERE r.open = 1 AND r.due_at <= ? AND ${scope.sql} LIMIT 100) found`,
      [this.clock.now(), ...scope.params],
    );
    return Number(row?.n ?? 0);
  }
}

function viewOf({ kind, state, target, used, since, due_at, ended_at }: ClockRow, time: BusinessTime, now: Date): ClockView {
  const open = since && !ended_at ? time.nextOpen(now) : null;
  return {
    kind,
    // The job that marks it comes once a minute.
    state: state === 'running' && due_at <= now ? 'breached' : state,
    target,
    used: used * 1000 + (since && !ended_at ? time.between(since, now) : 0),
    due_at: state === 'paused' ? null : due_at,
    ended_at,
    closed_until: open && open > now ? open : null,
  };
}
