import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sequelize, Transaction } from 'sequelize';
import { UnavailableError } from '../errors.js';
import { asSequelizeError, type Engine } from './engine.js';
import { isCollision, translate } from './failures.js';
import { assertWritable } from './read-only.js';
import type { Database, ModelDef, ModelOf } from './types.js';
import { WriteQueue } from './write-queue.js';

const ATTEMPTS = 4;
/** Kinds of Sequelize's queries that change rows. */
const changing = new Set(['INSERT', 'UPDATE', 'BULKUPDATE', 'DELETE', 'BULKDELETE', 'UPSERT']);
const QUEUE_PATIENCE_MS = 15_000;

/** The transaction of one async flow. */
export interface OpenTransaction {
  transaction: Transaction;
  beforeCommit: (() => Promise<void>)[];
  afterCommit: (() => void | Promise<void>)[];
  /** False once it has ended: work that nobody waited for must not use its connection. */
  active: boolean;
}
export type Flow = AsyncLocalStorage<OpenTransaction>;

/** `Database` on Sequelize for models, and on the driver itself for prepared queries. */
export class SequelizeDatabase implements Database {
  readonly dialect: 'sqlite' | 'mysql';
  readonly sequelize: Sequelize;
  readonly #models = new Map<string, ModelOf<object>>();
  readonly #queue: WriteQueue | null;

  constructor(
    private readonly engine: Engine,
    private readonly flow: Flow,
    private readonly onHookFault: (error: unknown) => void,
  ) {
    this.dialect = engine.dialect;
    this.sequelize = engine.sequelize;
    this.sequelize.addHook('beforeQuery', ({ type }: { type?: string }) => {
      if (type !== undefined && changing.has(type)) assertWritable();
    });
    this.#queue = engine.dialect === 'sqlite' ? new WriteQueue(QUEUE_PATIENCE_MS) : null;
  }

  of<Row extends object>(def: ModelDef<Row>): ModelOf<Row> {
    const known = this.#models.get(def.table);
    if (known) return known as ModelOf<Row>;
    // Sequelize changes what it is given; the definition belongs to all databases of the process.
    const attributes = Object.fromEntries(
      Object.entries(def.attributes).map(([key, value]) => [key, typeof value === 'object' && 'type' in value ? { ...value } : value]),
    );
    const model = this.sequelize.define(def.table, attributes, { ...def.options }) as unknown as ModelOf<Row>;
    this.#models.set(def.table, model as unknown as ModelOf<object>);
    return model;
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    assertWritable();
    if (this.#open()) return work();
    const attempts = (): Promise<T> => this.#attempts(work);
    return this.#queue ? this.#queue.enter(attempts) : attempts();
  }

  beforeCommit(work: () => Promise<void>): void {
    const open = this.#open();
    if (open) open.beforeCommit.push(work);
    else this.#hook(() => this.transaction(work));
  }

  afterCommit(work: () => void | Promise<void>): void {
    const open = this.#open();
    if (open) open.afterCommit.push(work);
    else this.#hook(work);
  }

  query<Row = Record<string, unknown>>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return this.#guarded(this.engine.query(this.#transaction(), sql, params)) as Promise<Row[]>;
  }

  run(sql: string, params: readonly unknown[] = []): Promise<{ changes: number; insertId: number }> {
    return this.#write((open) => this.engine.run(open, sql, params));
  }

  nextNumber(name: string, start: number): Promise<number> {
    return this.#write((open) => this.engine.nextNumber(open, name, start));
  }

  /** One migration: atomic on SQLite; MySQL commits by itself after each change of the schema. */
  migrating(work: () => Promise<void>): Promise<void> {
    const { engine } = this;
    return this.#queue ? this.#queue.enter(() => engine.migrating(() => this.#attempts(work))) : work();
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  #open(): OpenTransaction | null {
    const open = this.flow.getStore();
    return open?.active ? open : null;
  }

  #transaction(): Transaction | null {
    return this.#open()?.transaction ?? null;
  }

  async #write<T>(work: (open: Transaction | null) => Promise<T>): Promise<T> {
    assertWritable();
    const open = this.#transaction();
    return open || !this.#queue ? this.#guarded(work(open)) : this.#queue.enter(() => this.#guarded(work(null)));
  }

  async #guarded<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      const translated = translate(error);
      throw translated === error ? asSequelizeError(this.sequelize, error) : translated;
    }
  }

  async #attempts<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (attempt >= ATTEMPTS || !isCollision(error)) throw translate(error);
        await sleep(attempt * 15 * (1 + Math.random()));
      }
    }
  }

  async #once<T>(work: () => Promise<T>): Promise<T> {
    const transaction = await this.sequelize.transaction({ ...this.engine.transaction });
    const open: OpenTransaction = { transaction, beforeCommit: [], afterCommit: [], active: true };
    let result: T;
    try {
      result = await this.flow.run(open, async () => {
        const done = await work();
        for (const hook of open.beforeCommit) await hook();
        return done;
      });
      open.active = false;
      await transaction.commit();
    } catch (error) {
      open.active = false;
      await this.#undo(transaction, error).catch(() => undefined);
      throw error;
    }
    for (const hook of open.afterCommit) this.#hook(hook);
    return result;
  }

  async #undo(transaction: Transaction, error: unknown): Promise<void> {
    const inner = transaction as unknown as { finished?: string; forceCleanup(): Promise<void> };
    // After a deadlock Sequelize has rolled back already; a connection that failed is thrown away, and with it what it did.
    if (inner.finished) return;
    if (this.dialect === 'mysql' && translate(error) instanceof UnavailableError) await inner.forceCleanup();
    else await transaction.rollback();
  }

  /** What follows a commit cannot undo it, so its faults only go to the log. Runs outside of any transaction. */
  #hook(work: () => void | Promise<void>): void {
    this.flow.exit(() => {
      void (async () => work())().catch(this.onHookFault);
    });
  }
}
