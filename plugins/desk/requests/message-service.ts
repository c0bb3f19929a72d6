import {
  ACCESS,
  ACCOUNTS,
  CLOCK,
  DATABASE,
  NotFoundError,
  REALTIME,
  inject,
  injectable,
  type Access,
  type AccountService,
  type Actor,
  type Clock,
  type Database,
  type PermissionId,
  type Realtime,
  toDate,
} from '../../../core/api.js';
import { Clocks } from '../clocks/clocks.js';
import { Sight, orderResource, requestResource } from '../sight.js';
import { Messages, Orders, Requests, type MessageRow } from '../tables.js';
import type { MessageView } from '../types.js';

interface Matter {
  id: number;
  customer_id: number;
  installation_id: number | null;
  project_id?: number | null;
  device_id?: number | null;
  request_id?: number | null;
}

/** The conversation about a request or an order. Internal notes never leave the house. */
@injectable()
export class MessageService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(REALTIME) private readonly realtime: Realtime,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(Sight) private readonly sight: Sight,
    @inject(Clocks) private readonly clocks: Clocks,
  ) {}

  /** For a thing that the actor was found to see. */
  async list(actor: Actor, owner: MessageRow['owner'], matter: Matter): Promise<MessageView[]> {
    const visibility = (await this.#isStaff(actor, owner, matter)) ? ['public', 'internal'] : ['public'];
    const rows = await this.db.query<MessageRow>(
      `SELECT id, visibility, author_id, origin, text, at, held_until FROM desk_messages WHERE owner = ? AND owner_id = ? AND visibility IN (${visibility.map(() => '?').join(', ')}) ORDER BY id LIMIT 500`,
      [owner, matter.id, ...visibility],
    );
    const names = await this.accounts.getMany(rows.flatMap((row) => row.author_id ?? []));
    return rows.map((row) => ({
      id: row.id,
      visibility: row.visibility,
      author_id: row.author_id,
      author_name: names.get(row.author_id ?? 0)?.name ?? null,
      origin: row.origin,
      text: row.text,
      at: toDate(row.at),
      held_until: toDate(row.held_until),
    }));
  }

  /** @throws NotFoundError outside the actor's reach; ForbiddenError for internal notes by others than staff */
  async post(actor: Actor, owner: MessageRow['owner'], id: number, input: { text: string; internal: boolean }): Promise<void> {
    const found = owner === 'order' ? await this.db.of(Orders).findByPk(id) : await this.db.of(Requests).findByPk(id);
    const row: Matter | undefined = found?.get({ plain: true });
    if (!row || !(await (owner === 'order' ? this.sight.seesOrder(actor, row) : this.sight.seesRequest(actor, row)))) throw new NotFoundError();
    if (input.internal) await this.access.assert(actor, managing(owner), resource(owner, row));
    await this.db.transaction(async () => {
      await this.db.of(Messages).create({
        owner,
        owner_id: id,
        visibility: input.internal ? 'internal' : 'public',
        author_id: actor.account?.id ?? null,
        origin: actor.kind === 'staff' ? 'staff' : 'portal',
        text: input.text,
        at: this.clock.now(),
        held_until: null,
      });
      const requestId = owner === 'order' ? row.request_id : id;
      if (requestId && actor.kind === 'staff' && !input.internal) await this.clocks.answered(requestId);
      this.realtime.touch(`desk.${owner}`, id);
    });
  }

  #isStaff(actor: Actor, owner: MessageRow['owner'], matter: Matter): Promise<boolean> {
    return this.access.can(actor, managing(owner), resource(owner, matter));
  }
}

const resource = (owner: MessageRow['owner'], matter: Matter) => (owner === 'order' ? orderResource(matter) : requestResource(matter));
const managing = (owner: MessageRow['owner']): PermissionId => (owner === 'order' ? 'desk.order.manage' : 'desk.request.manage');
