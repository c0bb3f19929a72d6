import {
  ACCESS,
  CLOCK,
  ConflictError,
  DATABASE,
  EVENTS,
  InvalidInputError,
  inject,
  injectable,
  readRows,
  type Access,
  type Account,
  type Actor,
  type Clock,
  type Database,
  type Events,
} from '../../../core/api.js';
import { Notices } from '../notices.js';
import { checkPlace } from '../place.js';
import { Sight, requestResource } from '../sight.js';
import { openRequestStatuses, type RequestRow } from '../types.js';
import { RequestDetails } from './request-details.js';
import { RequestWriter } from './request-writer.js';
import { maySet } from './steps.js';
import { RequestEvents } from './tables.js';

/** What staff change of a request; what is left out stays. `reject_reason` goes with the status `rejected`. */
export type RequestPatch = Partial<
  Pick<RequestRow, 'status' | 'priority' | 'importance' | 'type' | 'subject' | 'solver_id' | 'installation_id' | 'device_id' | 'project_id' | 'reject_reason'>
>;
/** A change can be taken back for so long. */
const undoMs = 15 * 60_000;

/** What staff make of a request, each change with a way back. */
@injectable()
export class RequestChanges {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(EVENTS) private readonly events: Events,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(RequestWriter) private readonly writer: RequestWriter,
    @inject(RequestDetails) private readonly details: RequestDetails,
    @inject(Notices) private readonly notices: Notices,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /**
   * `version`: the one that the actor saw. `undo` of the answer is the line of the timeline that `undo` takes back, null when nothing differed.
   * @throws ConflictError `request_changed` when there is a newer version, `request_handled` when the status does not allow the step
   */
  async change(actor: Actor, id: number, patch: RequestPatch, version?: number): Promise<{ version: number; undo: number | null }> {
    const request = await this.managed(actor, id);
    if (version !== undefined && version !== request.version) throw new ConflictError({ key: 'desk:error.requestChanged' }, 'request_changed');
    const wanted = await this.#checked(request, patch);
    const solver = await this.#solver(request, wanted.solver_id);
    return this.db.transaction(async () => {
      const { row, event } = await this.writer.change(actor, request, wanted, actionOf(request, wanted));
      if (event === null) return { version: row.version, undo: null };
      if (row.status === 'rejected' && request.status !== 'rejected') {
        await this.notices.reportRejected(row, row.reject_reason ?? '');
        this.events.emit('desk.request.rejected', { requestId: id, customerId: row.customer_id });
      }
      if (row.status === 'solved' && request.status !== 'solved') await this.notices.requestSolved(row, actor);
      if (solver && solver.id !== actor.account?.id) await this.notices.solverChosen(row, solver);
      return { version: row.version, undo: event };
    });
  }

  /** @throws ConflictError `undo_expired` when something newer touched the same, or it is too long ago */
  async undo(actor: Actor, id: number, eventId: number): Promise<void> {
    const request = await this.managed(actor, id);
    const lines = await readRows(this.db, RequestEvents, "WHERE request_id = ? AND id >= ? AND kind IN ('changed', 'order') ORDER BY id LIMIT 200", [
      id,
      eventId,
    ]);
    const [line, ...newer] = lines.map((one) => ({ ...one, ...(JSON.parse(one.data) as { before?: RequestPatch; after?: RequestPatch }) }));
    const fields = Object.keys(line?.after ?? {});
    const touched = newer.some(({ after = {} }) => fields.some((field) => field in after));
    const fresh = line?.id === eventId && line.kind === 'changed' && this.clock.now().getTime() - line.at.getTime() <= undoMs;
    if (!fresh || touched || !line.before) throw new ConflictError({ key: 'desk:error.undo' }, 'undo_expired');
    const { before } = line;
    await this.db.transaction(() => this.writer.change(actor, request, before, 'desk.request.undone'));
  }

  /** A request that the actor may handle. @throws NotFoundError, ForbiddenError */
  async managed(actor: Actor, id: number): Promise<RequestRow> {
    const row = await this.sight.request(actor, id);
    await this.access.assert(actor, 'desk.request.manage', requestResource(row));
    return row;
  }

  async #checked(request: RequestRow, patch: RequestPatch): Promise<RequestPatch> {
    const { status, type, reject_reason: reason, ...wanted } = patch;
    const result: RequestPatch = { ...wanted };
    if (type !== undefined && type !== request.type) {
      // What staff wrote among themselves must not come to light by a change of type, nor what a customer wrote vanish.
      if (type === 'internal' || request.type === 'internal') throw new InvalidInputError({ type: { key: 'desk:error.type' } });
      result.type = type;
    }
    // The same step twice is told apart only where it would say something new: a rejection has its reason.
    if (status !== undefined && (status !== request.status || status === 'rejected')) {
      if (request.merged_into !== null || !maySet(request, status)) throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
      if (status === 'rejected' && !reason?.trim()) throw new InvalidInputError({ reject_reason: { key: 'desk:error.reason' } });
      Object.assign(result, { status, reject_reason: status === 'rejected' ? reason?.trim() : null });
    }
    return { ...result, ...(await this.#matter(request, patch)) };
  }

  /** Only new choices are checked: what it was about before may have become inactive. */
  async #matter(request: RequestRow, patch: RequestPatch): Promise<RequestPatch> {
    const { installation_id = request.installation_id, device_id = request.device_id, project_id = request.project_id } = patch;
    const moved = installation_id !== request.installation_id || device_id !== request.device_id;
    if (!moved && project_id === request.project_id) return {};
    const place = await checkPlace(this.db, {
      customerId: request.customer_id,
      installationId: moved ? installation_id : null,
      deviceId: moved ? device_id : null,
      projectId: project_id === request.project_id ? null : project_id,
    });
    return { installation_id: moved ? place.installationId : installation_id, device_id, project_id };
  }

  async #solver(request: RequestRow, wanted: number | null | undefined): Promise<Account | null> {
    if (wanted === undefined || wanted === request.solver_id) return null;
    if (!(openRequestStatuses as readonly string[]).includes(request.status)) throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
    return wanted === null ? null : this.details.solver(request, wanted);
  }
}

function actionOf(before: RequestRow, { status, solver_id }: RequestPatch): string {
  if (status === 'rejected' || status === 'solved') return `desk.request.${status}`;
  if (status && ['rejected', 'solved', 'closed'].includes(before.status) && status !== 'closed') return 'desk.request.reopened';
  return !status && solver_id !== undefined && solver_id !== before.solver_id ? 'desk.request.solver-chosen' : 'desk.request.changed';
}
