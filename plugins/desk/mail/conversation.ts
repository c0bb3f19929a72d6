import { DATABASE, inject, injectable, type Account, type Database, type MailHeaders } from '../../../core/api.js';
import type { RequestRow } from '../types.js';
import { References, tagged } from './references.js';

type Box = { address: string; plus: number | boolean };

/** What mails about a request carry, so that answers find back to it and mail programs show them as one conversation. */
@injectable()
export class Conversation {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(References) private readonly references: References,
  ) {}

  /** Of one request for one recipient, to spread into a notification; nothing while no mailbox is read. */
  async of(request: Pick<RequestRow, 'id' | 'reporter_account_id'>, account: Pick<Account, 'id'>): Promise<{ mail?: MailHeaders }> {
    const [box] = await this.db.query<Box>(
      `SELECT b.address, b.plus FROM desk_mailboxes b LEFT JOIN desk_mails m ON m.mailbox_id = b.id AND m.request_id = ?
       WHERE b.active = 1 ORDER BY CASE WHEN m.id IS NULL THEN 1 ELSE 0 END, m.id, b.id LIMIT 1`,
      [request.id],
    );
    if (!box) return {};
    const [last] = await this.db.query<{ message_id: string }>(
      "SELECT message_id FROM desk_mails WHERE request_id = ? AND account_id = ? AND message_id <> '' ORDER BY id DESC LIMIT 1",
      [request.id, account.id],
    );
    const watching = request.reporter_account_id !== account.id && (await this.#watches(request.id, account.id));
    const reference = this.references.make('r', request.id, account.id);
    return {
      mail: {
        thread: reference,
        ...(box.plus ? { replyTo: tagged(box.address, reference) } : { replyTo: box.address, mark: reference }),
        ...(last ? { references: [last.message_id] } : {}),
        // Only who watches by choice can end it: others are told because it is theirs.
        ...(watching && box.plus ? { unsubscribe: tagged(box.address, this.references.make('u', request.id, account.id)) } : {}),
      },
    };
  }

  async #watches(requestId: number, accountId: number): Promise<boolean> {
    return (await this.db.query('SELECT 1 FROM desk_request_watchers WHERE request_id = ? AND account_id = ?', [requestId, accountId])).length > 0;
  }
}
