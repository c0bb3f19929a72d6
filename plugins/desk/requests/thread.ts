import { ACCOUNTS, DATABASE, FILES, inject, injectable, toDate, within, type AccountService, type Database, type Files } from '../../../core/api.js';
import type { MessageRow } from '../tables.js';
import type { MessageView } from '../types.js';

/** Reads conversations. Decides nothing about rights: services say what may be shown. */
@injectable()
export class Thread {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(FILES) private readonly files: Files,
  ) {}

  /** Messages of some owners in the order in which they were written. `inside`: with internal notes and what has not left the house yet. */
  async read(owner: MessageRow['owner'], ids: readonly number[], inside: boolean): Promise<MessageView[]> {
    const rows = await this.db.query<MessageRow>(
      `SELECT id, owner_id, visibility, author_id, origin, text, at, held_until FROM desk_messages
       WHERE owner = ? AND owner_id ${within(ids)}${inside ? '' : " AND visibility = 'public' AND held_until IS NULL"} ORDER BY id LIMIT 500`,
      [owner, ...ids],
    );
    if (rows.length === 0) return [];
    const files = await this.files.listMany(
      'desk.message',
      rows.map((row) => row.id),
    );
    const named = rows.some((row) => row.text.includes('@'))
      ? await this.db.query<{ message_id: number; account_id: number }>(
          `SELECT message_id, account_id FROM desk_mentions WHERE message_id ${within(rows)}`,
          rows.map((row) => row.id),
        )
      : [];
    const people = await this.accounts.getMany([...rows.flatMap((row) => row.author_id ?? []), ...named.map((one) => one.account_id)]);
    return rows.map((row) => {
      const mentioned = named.filter((one) => one.message_id === row.id).flatMap((one) => people.get(one.account_id) ?? []);
      const author = people.get(row.author_id ?? 0);
      return {
        id: row.id,
        owner_id: row.owner_id,
        visibility: row.visibility,
        author_id: row.author_id,
        author_name: author?.name ?? null,
        staff: author?.kind === 'staff',
        origin: row.origin,
        text: row.text,
        files: files.get(row.id) ?? [],
        mentions: mentioned.flatMap(({ name, userName }) => [name, userName, name.split(' ', 1)[0] ?? '']).filter((name) => name !== ''),
        at: toDate(row.at),
        held_until: toDate(row.held_until),
      };
    });
  }
}
