import { UniqueConstraintError } from 'sequelize';
import { insert } from '../database/insert.js';
import type { Database } from '../database/types.js';
import type { Realtime } from '../realtime/types.js';
import type { Clock } from '../tokens.js';
import type { DeliveryResult, NotificationChannel, RenderedMessage } from './types.js';

/** The bell: messages that stay inside Portico. */
export class InboxChannel implements NotificationChannel {
  readonly id = 'inbox';
  readonly local = true;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly realtime: Pick<Realtime, 'tell'>,
  ) {}

  async deliver(message: RenderedMessage): Promise<DeliveryResult> {
    const account_id = message.to.accountId;
    if (account_id === null) return { status: 'failed', error: 'The inbox needs an account' };
    const { id: outbox_id, text, link } = message;
    const subject = message.subject.slice(0, 255);
    try {
      await insert(this.db, 'core_inbox', { account_id, outbox_id, subject, text: body(text), link, created_at: this.clock.now(), read_at: null });
    } catch (error) {
      if (!(error instanceof UniqueConstraintError)) throw error;
    }
    this.db.afterCommit(() => this.realtime.tell(account_id));
    return { status: 'accepted' };
  }
}

/** The text without link and footer, which mails need and the inbox shows in its own way. */
function body(text: string): string {
  return text
    .split('\n\n')
    .slice(0, -1)
    .filter((part) => !/:\nhttps?:\/\/\S+$/.test(part))
    .join('\n\n');
}
