import type { Database } from '../../database/types.js';
import { ThrottledError } from '../../errors.js';
import type { Notifications } from '../../notifications/types.js';
import type { Clock } from '../../tokens.js';
import { groupCode, newCode, normalizeCode } from '../codes.js';
import { secretHash } from '../secrets.js';
import type { ChallengeStore } from './challenges.js';

export interface EmailCodeDeps {
  db: Database;
  clock: Clock;
  notifications: Notifications;
  challenges: ChallengeStore;
}
const length = 8;
const minutes = 10;
const resendSeconds = 30;

/** Codes by e-mail: bound to one session or sign-in, ten minutes, five tries. */
export class EmailCodes {
  constructor(private readonly deps: EmailCodeDeps) {}

  /** Sends a new code; the one before is dead. @throws ThrottledError within half a minute of the last one */
  async send(owner: string, account: { id: number; name: string }): Promise<void> {
    const { db, clock, notifications, challenges } = this.deps;
    const before = await challenges.get(owner, 'email');
    const wait = before === null ? 0 : resendSeconds - (clock.now().getTime() - before.createdAt.getTime()) / 1000;
    if (wait > 0) throw new ThrottledError(Math.ceil(wait));
    const code = newCode(length);
    await db.transaction(async () => {
      await challenges.put(owner, 'email', hashOf(owner, code), minutes);
      await notifications.send({
        template: 'core.sign-in-code',
        to: { accountId: account.id },
        channels: ['email'],
        data: { name: account.name, code: groupCode(code), minutes },
        secret: true,
      });
    });
  }

  /** Has a code been sent that still counts? */
  async sent(owner: string): Promise<boolean> {
    return (await this.deps.challenges.get(owner, 'email')) !== null;
  }

  async check(owner: string, code: unknown): Promise<boolean> {
    const normal = normalizeCode(code);
    return normal !== '' && this.deps.challenges.guess(owner, 'email', hashOf(owner, normal));
  }
}

const hashOf = (owner: string, code: string): string => secretHash(`${owner}:${code}`);
