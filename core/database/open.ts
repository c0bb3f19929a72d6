import { AsyncLocalStorage } from 'node:async_hooks';
import { isAbsolute, join, resolve } from 'node:path';
import { Sequelize, type Options, type QueryOptions } from 'sequelize';
import type { Log } from '../plugin/context.js';
import { DatabaseStartError, translate } from './failures.js';
import { openMysql } from './mysql-engine.js';
import { SequelizeDatabase, type Flow, type OpenTransaction } from './sequelize-database.js';
import { openSqlite } from './sqlite-engine.js';

/** Opens the configured database. '' is the embedded one, `<dataDir>/portico.sqlite`. @throws DatabaseStartError with a sentence */
export async function openDatabase(o: { url: string; dataDir: string; log: Log }): Promise<SequelizeDatabase> {
  const flow: Flow = new AsyncLocalStorage<OpenTransaction>();
  const create = (options: Options): Sequelize => createSequelize(flow, options);
  const scheme = o.url === '' ? 'sqlite' : (/^([a-z]+):/.exec(o.url)?.[1] ?? '');
  if (!['sqlite', 'mysql', 'mariadb'].includes(scheme)) throw new DatabaseStartError('database.url must begin with sqlite:, mysql:// or mariadb://.');
  const engine = await (scheme === 'sqlite' ? openSqlite(sqliteFile(o), create) : openMysql(o.url, create));
  return new SequelizeDatabase(engine, flow, (error) => o.log.error({ err: error }, 'Work after a commit failed'));
}

/** The file behind a SQLite address: `sqlite:name.db` lies in the data folder, `sqlite:/abs/name.db` where it says. */
export function sqliteFile(o: { url: string; dataDir: string }): string {
  const path = o.url.replace(/^sqlite:(\/\/(?=\/))?/, '') || 'portico.sqlite';
  return isAbsolute(path) ? path : join(resolve(o.dataDir), path);
}

/** Sequelize whose queries take part in the flow's transaction. Its own support for that is global to the process; this one is per database. */
function createSequelize(flow: Flow, options: Options): Sequelize {
  const current = (): OpenTransaction['transaction'] | undefined => {
    const open = flow.getStore();
    return open?.active ? open.transaction : undefined;
  };
  class FlowSequelize extends Sequelize {
    /** Models look here before they open a transaction of their own (findOrCreate). */
    static readonly _cls = { get: current, set: (): void => undefined };
  }
  // Waiting for locks is the driver's and `transaction`'s work; Sequelize would repeat it five times.
  const sequelize = new FlowSequelize({ logging: false, retry: { max: 1 }, ...options });
  const query = sequelize.query.bind(sequelize) as (sql: string, options: QueryOptions) => Promise<unknown>;
  sequelize.query = (async (sql: string, given?: QueryOptions) => {
    const transaction = given?.transaction === undefined ? current() : given.transaction;
    try {
      return await query(sql, transaction ? { ...given, transaction } : (given ?? {}));
    } catch (error) {
      throw translate(error);
    }
  }) as typeof sequelize.query;
  return sequelize;
}
