import { timingSafeEqual } from 'node:crypto';
import { CLOCK, SECRETS, inject, injectable, type Clock, type Secrets } from '../../../core/api.js';

/** What a link says: one version of one quotation, sent to one account, until its validity ends. */
export interface AnswerLink {
  quotationId: number;
  version: number;
  accountId: number;
  /** Seconds since 1970. */
  expires: number;
}
const shape = /^(\d{1,10})\.(\d{1,6})\.(\d{1,10})\.(\d{1,11})\.([\w-]{43})$/;

/** Links by which a quotation is answered without signing in. They are signed for that only and hold no secret of an account. */
@injectable()
export class AnswerLinks {
  constructor(
    @inject(SECRETS) private readonly secrets: Secrets,
    @inject(CLOCK) private readonly clock: Clock,
  ) {}

  make(quotationId: number, version: number, accountId: number, until: Date): string {
    return this.#signed({ quotationId, version, accountId, expires: Math.floor(until.getTime() / 1000) });
  }

  /** Null for anything that was not made here, word for word. */
  read(token: string | undefined): (AnswerLink & { expired: boolean }) | null {
    const found = shape.exec(token ?? '');
    if (!found) return null;
    const [quotationId = 0, version = 0, accountId = 0, expires = 0] = found.slice(1, 5).map(Number);
    const link = { quotationId, version, accountId, expires };
    const [given, right] = [Buffer.from(found[0]), Buffer.from(this.#signed(link))];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    return { ...link, expired: expires * 1000 <= this.clock.now().getTime() };
  }

  #signed({ quotationId, version, accountId, expires }: AnswerLink): string {
    const said = `${quotationId}.${version}.${accountId}.${expires}`;
    return `${said}.${this.secrets.sign('desk.quotation-answer', said).toString('base64url')}`;
  }
}
