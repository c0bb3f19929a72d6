import { ACCESS, CLOCK, DATABASE, NotFoundError, inject, injectable, type Access, type Actor, type Clock, type Database } from '../../../core/api.js';
import { Sight, requestResource } from '../sight.js';
import type { RequestRow } from '../types.js';
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
