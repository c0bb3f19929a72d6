import { CLOCK, DATABASE, inject, injectable, type Actor, type Clock, type Database } from '../../../core/api.js';
import { Sight } from '../sight.js';
import { Drafts, type DraftRow } from './tables.js';

/** What people have typed on a request and not sent. Everybody has drafts of their own; no other sees them. */
@injectable()
export class DraftService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /** Both drafts of the actor, empty where there is none. @throws NotFoundError outside the actor's reach */
  async get(actor: Actor, requestId: number): Promise<Record<DraftRow['kind'], string>> {
    await this.sight.request(actor, requestId);
    const rows = await this.db.query<DraftRow>('SELECT kind, text FROM desk_drafts WHERE account_id = ? AND request_id = ?', [
      actor.account?.id ?? 0,
      requestId,
    ]);
    const of = (kind: DraftRow['kind']) => rows.find((row) => row.kind === kind)?.text ?? '';
    return { public: of('public'), internal: of('internal') };
  }

  /** Keeps a draft; an empty one is removed. @throws NotFoundError outside the actor's reach */
  async save(actor: Actor, requestId: number, kind: DraftRow['kind'], text: string): Promise<void> {
    await this.sight.request(actor, requestId);
    const key = { account_id: actor.account?.id ?? 0, request_id: requestId, kind };
    if (text.trim() === '') await this.db.of(Drafts).destroy({ where: key });
    else await this.db.of(Drafts).upsert({ ...key, text, updated_at: this.clock.now() });
  }
}
