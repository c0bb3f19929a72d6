import { open } from 'node:fs/promises';
import {
  CLOCK,
  DATABASE,
  FILES,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  type Actor,
  type Clock,
  type Database,
  type FileInfo,
  type Files,
  type Upload,
} from '../../../core/api.js';
import { OrderChange } from './order-change.js';
import { OrderGate } from './order-gate.js';
import { OrderWriter } from './order-writer.js';
import { OrderFiles, Signatures, type PictureKind, type SignatureRow } from './tables.js';

export type Pictures = Record<PictureKind, FileInfo[]>;
export type SignatureView = SignatureRow & { file: FileInfo | null };
const ownerOf = (id: number) => ({ kind: 'desk.order', id });

/** Photos of an order, before and after the work, and the customer's signature. Part of the performed work (KO-06). */
@injectable()
export class PictureService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(FILES) private readonly files: Files,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(OrderGate) private readonly gate: OrderGate,
    @inject(OrderChange) private readonly change: OrderChange,
    @inject(OrderWriter) private readonly writer: OrderWriter,
  ) {}

  async list(actor: Actor, orderId: number): Promise<Pictures> {
    await this.gate.worked(actor, orderId);
    const files = await this.files.list(ownerOf(orderId));
    const rows = await this.db.query<{ file_id: string; kind: string }>('SELECT file_id, kind FROM desk_order_files WHERE order_id = ?', [orderId]);
    const kinds = new Map(rows.map((row) => [row.file_id, row.kind]));
    const of = (kind: PictureKind) => files.filter((file) => kinds.get(file.id) === kind);
    return { before: of('before'), after: of('after') };
  }

  /** @throws InvalidInputError for `photos` when one is no picture */
  async add(actor: Actor, orderId: number, kind: PictureKind, uploads: readonly Upload[]): Promise<void> {
    const order = await this.gate.working(actor, orderId);
    if (uploads.length === 0) throw new InvalidInputError({ photos: { key: 'desk:error.noPhoto' } });
    await this.change.make(actor, order, { action: 'desk.order.photos-changed', after: { kind, photos: uploads.length } }, async () => {
      for (const upload of uploads) {
        const kept = await this.files.keep(actor, upload, ownerOf(orderId));
        if (!kept.type.startsWith('image/')) throw new InvalidInputError({ photos: { key: 'desk:error.noPhoto' } });
        await this.db.of(OrderFiles).create({ file_id: kept.id, order_id: orderId, kind });
      }
    });
  }

  async remove(actor: Actor, orderId: number, fileId: string): Promise<void> {
    const order = await this.gate.working(actor, orderId);
    const pictures = await this.list(actor, orderId);
    const file = [...pictures.before, ...pictures.after].find((one) => one.id === fileId);
    if (!file) throw new NotFoundError();
    await this.change.make(actor, order, { action: 'desk.order.photos-changed', before: { name: file.name } }, () => this.#forget(orderId, fileId));
  }

  /** Null while nobody has signed. */
  async signature(actor: Actor, orderId: number): Promise<SignatureView | null> {
    await this.gate.worked(actor, orderId);
    const row = (await this.db.of(Signatures).findByPk(orderId))?.get({ plain: true });
    if (!row) return null;
    const files = row.file_id === null ? [] : await this.files.list(ownerOf(orderId));
    return { ...row, file: files.find((file) => file.id === row.file_id) ?? null };
  }

  /** Keeps who signed and when, and the drawing if there is one: a PNG. A new signature takes the place of the old one. */
  async sign(actor: Actor, orderId: number, name: string, drawing: Upload | undefined): Promise<void> {
    const order = await this.gate.working(actor, orderId);
    if (drawing && !(await isPng(drawing.path))) throw new InvalidInputError({ signature: { key: 'desk:error.noDrawing' } });
    const before = await this.signature(actor, orderId);
    await this.change.make(
      actor,
      order,
      { action: 'desk.order.signed', before: { name: before?.name ?? null }, after: { name, drawn: drawing !== undefined } },
      async () => {
        await this.#withdraw(orderId, before);
        const file = drawing ? await this.files.keep(actor, { ...drawing, name: 'signature.png' }, ownerOf(orderId)) : null;
        if (file) await this.db.of(OrderFiles).create({ file_id: file.id, order_id: orderId, kind: 'signature' });
        const values = { name, file_id: file?.id ?? null, signed_at: this.clock.now(), account_id: actor.account?.id ?? null };
        await this.db.of(Signatures).create({ order_id: orderId, ...values });
        await this.writer.event(actor, orderId, { kind: 'signed' });
      },
    );
  }

  async withdraw(actor: Actor, orderId: number): Promise<void> {
    const order = await this.gate.working(actor, orderId);
    const before = await this.signature(actor, orderId);
    if (!before) throw new NotFoundError();
    await this.change.make(actor, order, { action: 'desk.order.signed', before: { name: before.name }, after: { name: null } }, () =>
      this.#withdraw(orderId, before),
    );
  }

  async #withdraw(orderId: number, before: SignatureRow | null): Promise<void> {
    if (before?.file_id) await this.#forget(orderId, before.file_id);
    await this.db.of(Signatures).destroy({ where: { order_id: orderId } });
  }

  async #forget(orderId: number, fileId: string): Promise<void> {
    await this.db.of(OrderFiles).destroy({ where: { file_id: fileId } });
    await this.files.remove(ownerOf(orderId), fileId);
  }
}

async function isPng(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.toString('latin1') === '\x89PNG\r\n\x1a\n';
  } finally {
    await file.close();
  }
}
