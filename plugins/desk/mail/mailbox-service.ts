import { ACCESS, AUDIT, CLOCK, DATABASE, ForbiddenError, InvalidInputError, NotFoundError, SECRETS, SETTINGS, inject, injectable } from '../../../core/api.js';
import { readRows, type Access, type Actor, type Audit, type Clock, type Database, type PermissionId, type Secrets, type Settings } from '../../../core/api.js';
import { diff } from '../../customers/api.js';
import { ImapClients, answerOf, secretOf } from './imap-client.js';
import type { MailboxInput } from './inputs.js';
import { Mailboxes, type MailboxRow } from './tables.js';

/** A mailbox as staff see it; its password is never told. */
export type MailboxView = Omit<MailboxRow, 'secret' | 'lease' | 'lease_until' | 'uid_validity' | 'first_uid' | 'last_uid'> & { hasSecret: boolean };
/** What the server answered. */
export interface MailboxTest {
  ok: boolean;
  answer: string;
}

/** Mails are of all customers: only who may see all of them gets near. @throws ForbiddenError */
export async function assertForAll(access: Access, actor: Actor, permission: PermissionId): Promise<void> {
  await access.assert(actor, permission);
  if ((await access.scope(actor, permission)).kind !== 'all') throw new ForbiddenError();
}

/** Mailboxes that are read: who may change them, and what they are. */
@injectable()
export class MailboxService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(SECRETS) private readonly secrets: Secrets,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(ImapClients) private readonly clients: ImapClients,
  ) {}

  async list(actor: Actor): Promise<MailboxView[]> {
    await this.#assert(actor);
    return (await readRows(this.db, Mailboxes, 'ORDER BY name, id', [])).map(toView);
  }

  async get(actor: Actor, id: number): Promise<MailboxView> {
    return toView(await this.#row(actor, id));
  }

  async create(actor: Actor, input: MailboxInput): Promise<MailboxView> {
    await this.#assert(actor);
    const { secret, ...values } = columnsOf(input);
    const now = this.clock.now();
    const id = await this.db.transaction(async () => {
      await this.#assertFree(input, 0);
      const row = await this.db.of(Mailboxes).create({ ...values, secret: null, created_at: now, updated_at: now });
      if (secret !== '') await row.update({ secret: this.secrets.seal(secretOf(row.id), secret) });
      await this.#record(actor, 'created', row, { after: { ...values, ...(secret === '' ? {} : { secret: true }) } });
      return row.id;
    });
    return this.get(actor, id);
  }

  /** An empty password keeps the stored one, unless the server is another: a password is not sent to where it was not meant for. */
  async update(actor: Actor, id: number, input: MailboxInput): Promise<void> {
    const before = await this.#row(actor, id);
    const { secret, ...values } = columnsOf(input);
    if (secret === '' && before.secret !== null && before.host !== values.host) throw new InvalidInputError({ secret: { key: 'desk:mailbox.error.secret' } });
    const moved = before.host !== values.host || before.user_name !== values.user_name || before.folder !== values.folder;
    const changed = diff<Partial<MailboxRow>>(before, values);
    if (!changed && secret === '') return;
    await this.db.transaction(async () => {
      await this.#assertFree(input, id);
      const sealed = secret === '' ? {} : { secret: this.secrets.seal(secretOf(id), secret) };
      const anew = moved ? { uid_validity: null, first_uid: 0, last_uid: 0 } : {};
      await this.db.of(Mailboxes).update({ ...values, ...sealed, ...anew, error: null, updated_at: this.clock.now() }, { where: { id } });
      const told = secret === '' ? {} : { secret: true };
      await this.#record(actor, 'updated', { id, name: values.name }, { before: changed?.before ?? {}, after: { ...changed?.after, ...told } });
    });
  }

  /** What came in by it stays. */
  async remove(actor: Actor, id: number): Promise<void> {
    const { name, address, host } = await this.#row(actor, id);
    await this.db.transaction(async () => {
      await this.db.of(Mailboxes).destroy({ where: { id } });
      await this.#record(actor, 'deleted', { id, name }, { before: { name, address, host } });
    });
  }

  /** Signs in, opens the folder, and tells what the server really says. */
  async test(actor: Actor, id: number): Promise<MailboxTest> {
    const box = await this.#row(actor, id);
    try {
      const client = await this.clients.connect(box, this.settings.get('desk.mailMaxSize') * 1024 * 1024);
      try {
        const folder = await client.mailboxOpen(box.folder, { readOnly: true });
        if (box.done_folder !== null) await client.status(box.done_folder, { messages: true });
        const lines = [client.greeting ?? '', `${folder.path}: ${folder.exists} EXISTS, UIDNEXT ${folder.uidNext}`, [...client.capabilities.keys()].join(' ')];
        return { ok: true, answer: lines.join('\n') };
      } finally {
        await client.logout().catch(() => undefined);
        client.close();
      }
    } catch (error) {
      return { ok: false, answer: answerOf(error) };
    }
  }

  #assert(actor: Actor): Promise<void> {
    return assertForAll(this.access, actor, 'desk.mailbox.manage');
  }

  async #row(actor: Actor, id: number): Promise<MailboxRow> {
    await this.#assert(actor);
    const [row] = await readRows(this.db, Mailboxes, 'WHERE id = ?', [id]);
    if (!row) throw new NotFoundError();
    return row;
  }

  /** Two that read one folder would take each other's mails for new ones. */
  async #assertFree({ host, user_name, folder }: MailboxInput, id: number): Promise<void> {
    const taken = await this.db.query('SELECT id FROM desk_mailboxes WHERE host = ? AND user_name = ? AND folder = ? AND id <> ?', [
      host,
      user_name,
      folder,
      id,
    ]);
    if (taken.length > 0) throw new InvalidInputError({ user_name: { key: 'desk:mailbox.error.taken' } });
  }

  #record(actor: Actor, what: string, row: Pick<MailboxRow, 'id' | 'name'>, changes: { before?: Record<string, unknown>; after?: Record<string, unknown> }) {
    return this.audit.record(actor, { action: `desk.mailbox.${what}`, object: { kind: 'desk.mailbox', id: row.id, name: row.name }, ...changes });
  }
}

const columnsOf = ({ done_folder, ...input }: MailboxInput) => ({ ...input, done_folder: done_folder ?? null });

function toView({ secret, lease: _l, lease_until: _u, uid_validity: _v, first_uid: _f, last_uid: _i, ...row }: MailboxRow): MailboxView {
  return { ...row, hasSecret: secret !== null };
}
