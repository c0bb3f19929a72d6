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
} from '../../core/api.js';
import { resourceOf } from './reach.js';
import { Messages, Orders, Requests, type MessageRow } from './tables.js';
import type { MessageView } from './types.js';

interface Matter {
  id: number;
  customer_id: number;
  installation_id: number | null;
  project_id?: number | null;
  device_id?: number | null;
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
  ) {}

  /** For a thing that the actor was found to see. */
  async list(actor: Actor, owner: MessageRow['owner'], matter: Matter): Promise<MessageView[]> {
    const visibility = (await this.#isStaff(actor, owner, matter)) ? ['public', 'internal'] : ['public'];
    const rows = await this.db.query<MessageRow>(
      `SELECT id, visibility, author_id, text, at FROM desk_messages WHERE owner = ? AND owner_id = ? AND visibility IN (${visibility.map(() => '?').join(', ')}) ORDER BY id LIMIT 500`,
      [owner, matter.id, ...visibility],
    );
    const names = await this.accounts.getMany(rows.flatMap((row) => row.author_id ?? []));
    return rows.map((row) => ({
      id: row.id,
      visibility: row.visibility,
      author_id: row.author_id,
      author_name: names.get(row.author_id ?? 0)?.name ?? null,
      text: row.text,
      at: toDate(row.at),
    }));
  }

  /** @throws NotFoundError outside the actor's reach; ForbiddenError for internal notes by others than staff */
  async post(actor: Actor, owner: MessageRow['owner'], id: number, input: { text: string; internal: boolean }): Promise<void> {
    const found = owner === 'order' ? await this.db.of(Orders).findByPk(id) : await this.db.of(Requests).findByPk(id);
    const row: (Matter & { reporter_account_id?: number | null }) | undefined = found?.get({ plain: true });
    if (!row || !(await this.#sees(actor, owner, row))) throw new NotFoundError();
    if (input.internal) await this.access.assert(actor, managing(owner), { customer: row.customer_id });
    await this.db.transaction(async () => {
      await this.db.of(Messages).create({
        owner,
        owner_id: id,
        visibility: input.internal ? 'internal' : 'public',
        author_id: actor.account?.id ?? null,
        text: input.text,
        at: this.clock.now(),
      });
      this.realtime.touch(`desk.${owner}`, id);
    });
  }

  async #sees(actor: Actor, owner: MessageRow['owner'], row: Matter & { reporter_account_id?: number | null }): Promise<boolean> {
    const resource = resourceOf(row);
    if (await this.access.can(actor, owner === 'order' ? 'desk.order.read' : 'desk.request.read', resource)) return true;
    return owner === 'request' && row.reporter_account_id === actor.account?.id && (await this.access.can(actor, 'desk.request.create', resource));
  }

  #isStaff(actor: Actor, owner: MessageRow['owner'], matter: Matter): Promise<boolean> {
    return this.access.can(actor, managing(owner), { customer: matter.customer_id });
  }
}

const managing = (owner: MessageRow['owner']): PermissionId => (owner === 'order' ? 'desk.order.manage' : 'desk.request.manage');
