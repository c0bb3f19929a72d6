import { ACCOUNTS, DATABASE, inject, injectable, type Account, type AccountService, type Actor, type Database } from '../../../core/api.js';
import { Clocks } from '../clocks/clocks.js';
import { Notices } from '../notices.js';
import { Sight, isInside } from '../sight.js';
import type { MessageRow } from '../tables.js';
import type { RequestRow } from '../types.js';
import { mentionsIn } from './mentions.js';
import { RequestWriter } from './request-writer.js';
import { Mentions, Reads } from './tables.js';

/** Who a message on a request concerns, and who is told of it. Runs in the open transaction. */
@injectable()
export class Announcer {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(RequestWriter) private readonly writer: RequestWriter,
    @inject(Sight) private readonly sight: Sight,
    @inject(Notices) private readonly notices: Notices,
    @inject(Clocks) private readonly clocks: Clocks,
  ) {}

  /** Remembers which staff are named in it, and that its author has read so far. */
  async note(actor: Actor, request: RequestRow, message: MessageRow): Promise<void> {
    if (message.author_id !== null) await this.db.of(Reads).upsert({ account_id: message.author_id, request_id: request.id, message_id: message.id });
    if (!isInside(actor)) return;
    const named = message.text.includes('@') ? mentionsIn(message.text, await this.#staff()) : [];
    for (const { account } of named)
      if (account.id !== message.author_id && (await this.sight.seenBy(account, request)))
        await this.db.of(Mentions).create({ account_id: account.id, message_id: message.id, request_id: request.id, seen: 0 });
  }

  /** It leaves the house: tells whom it concerns, each once: who is named, the solver, those who watch, and, unless it is internal, the reporter. */
  async tell(request: RequestRow, message: MessageRow): Promise<void> {
    const named = await this.#ids('SELECT account_id AS id FROM desk_mentions WHERE message_id = ?', message.id);
    const lead = await this.writer.lead(request);
    const watching = await this.#ids('SELECT account_id AS id FROM desk_request_watchers WHERE request_id = ?', lead.id);
    const concerned = [...named, lead.solver_id, ...watching, request.reporter_account_id].flatMap((id) => id ?? []);
    const people = await this.accounts.getMany([...concerned, message.author_id ?? 0]);
    const writer = people.get(message.author_id ?? 0);
    const author = writer?.name ?? '';
    if (writer?.kind === 'staff' && message.visibility === 'public') for (const id of new Set([request.id, lead.id])) await this.clocks.answered(id);
    for (const id of new Set(concerned)) {
      const account = people.get(id);
      if (!account || account.status !== 'active' || id === message.author_id) continue;
      if (message.visibility === 'internal' && account.kind !== 'staff') continue;
      if (!(await this.sight.seenBy(account, request))) continue;
      const place = account.kind === 'staff' ? lead : request;
      await this.notices.message(named.includes(id) ? 'mentioned' : 'request-message', place, message, author, account);
    }
  }

  async #staff(): Promise<Account[]> {
    return (await this.accounts.listStaff()).filter((one) => one.status === 'active');
  }

  async #ids(sql: string, id: number): Promise<number[]> {
    return (await this.db.query<{ id: number }>(sql, [id])).map((row) => row.id);
  }
}
