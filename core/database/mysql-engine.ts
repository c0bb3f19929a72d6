import type { Connection, FieldPacket, ResultSetHeader } from 'mysql2';
import type { Options, QueryInterface, Sequelize } from 'sequelize';
import { connectionOf, connections, type Engine } from './engine.js';
import { DatabaseStartError, driverCode } from './failures.js';
import { fromMysqlDate, mysqlBind } from './values.js';

const DATETIME = new Set([7, 12]);
const JSON_OR_BLOB = new Set([245, 252]);
type Row = Record<string, unknown>;

/** Opens MariaDB (10.11+) or MySQL 8 through mysql2. */
export async function openMysql(address: string, create: (options: Options) => Sequelize): Promise<Engine> {
  const url = parse(address);
  const sequelize = create({
    dialect: 'mysql',
    host: url.hostname,
    port: Number(url.port || 3306),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    timezone: '+00:00',
    pool: { max: 10, min: 0, idle: 60_000, acquire: 10_000 },
    dialectOptions: {
      charset: 'utf8mb4',
      connectTimeout: 5_000,
      maxPreparedStatements: 200,
      // As SQLite has it: numbers are numbers, an update counts the rows it found.
      typeCast: true,
      dateStrings: ['DATE'],
      decimalNumbers: true,
      flags: ['FOUND_ROWS'],
    },
  });
  adjust(sequelize);
  const pool = connections<Connection>(sequelize);
  try {
    await pool.releaseConnection(await pool.getConnection({}));
  } catch (error) {
    await sequelize.close();
    throw new DatabaseStartError(sentence(error, url));
  }

  async function on<T>(open: Parameters<Engine['query']>[0], work: (connection: Connection) => Promise<T>): Promise<T> {
    if (open) return work(connectionOf<Connection>(open));
    const connection = await pool.getConnection({});
    try {
      return await work(connection);
    } finally {
      await pool.releaseConnection(connection);
    }
  }
  return {
    dialect: 'mysql',
    sequelize,
    transaction: {},
    query: (open, sql, params) => on(open, async (connection) => rowsOf(await execute(connection, sql, params))),
    run: (open, sql, params) =>
      on(open, async (connection) => {
        const { result } = await execute(connection, sql, params);
        const { affectedRows, insertId } = result as ResultSetHeader;
        return { changes: affectedRows, insertId };
      }),
    nextNumber: (open, name, start) =>
      on(open, async (connection) => {
        const sql = 'INSERT INTO core_sequences (name, value) VALUES (?, LAST_INSERT_ID(?)) ON DUPLICATE KEY UPDATE value = LAST_INSERT_ID(value + 1)';
        const { result } = await execute(connection, sql, [name, start]);
        return (result as ResultSetHeader).insertId;
      }),
    migrating: (work) => work(),
    close: () => sequelize.close(),
  };
}

interface Executed {
  result: unknown;
  fields: FieldPacket[];
}
function execute(connection: Connection, sql: string, params: readonly unknown[]): Promise<Executed> {
  return new Promise((resolve, reject) => {
    const options = { sql, values: params.map(mysqlBind), dateStrings: true };
    connection.execute(options, (error: Error | null, result: unknown, fields: FieldPacket[]) =>
      error ? reject(error) : resolve({ result, fields: fields ?? [] }),
    );
  });
}

/** Times and JSON as SQLite gives them: text. */
function rowsOf({ result, fields }: Executed): Row[] {
  if (!Array.isArray(result)) return [];
  const rows = result as Row[];
  for (const { name, columnType } of fields) {
    if (DATETIME.has(columnType ?? 0)) {
      for (const row of rows) if (typeof row[name] === 'string') row[name] = fromMysqlDate(row[name]);
    } else if (JSON_OR_BLOB.has(columnType ?? 0)) {
      for (const row of rows) if (typeof row[name] === 'object' && row[name] !== null && !Buffer.isBuffer(row[name])) row[name] = JSON.stringify(row[name]);
    }
  }
  return rows;
}

function adjust(sequelize: Sequelize): void {
  // Sequelize 6 drops `skipLocked` for this dialect although MySQL 8 and MariaDB 10.6 know it.
  const { dialect } = sequelize as unknown as { dialect: { supports: Record<string, unknown> } };
  dialect.supports['skipLocked'] = true;

  const session = "SET SESSION transaction_isolation = 'READ-COMMITTED'";
  sequelize.addHook('afterConnect', async (connection) => {
    const run = (sql: string): Promise<void> =>
      new Promise((resolve, reject) => (connection as Connection).query(sql, (error: Error | null) => (error ? reject(error) : resolve())));
    // MariaDB before 11.1 knows the variable by its older name.
    await run(session).catch(() => run("SET SESSION tx_isolation = 'READ-COMMITTED'"));
    await run("SET SESSION innodb_lock_wait_timeout = 10, sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT'");
  });

  // Tables are utf8mb4 whatever the server's or the schema's default is.
  const queryInterface = sequelize.getQueryInterface();
  const createTable = queryInterface.createTable.bind(queryInterface) as QueryInterface['createTable'];
  queryInterface.createTable = ((name: string, attributes: Parameters<typeof createTable>[1], options?: object) =>
    createTable(name, attributes, { charset: 'utf8mb4', collate: 'utf8mb4_unicode_ci', ...options })) as QueryInterface['createTable'];
}

function parse(address: string): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new DatabaseStartError(
      'The database address cannot be read. Write mysql://user:password@host:3306/database, with special characters of the password percent-encoded.',
    );
  }
  if (url.pathname.length < 2) throw new DatabaseStartError('The database address names no database. Write mysql://user:password@host:3306/database.');
  return url;
}

function sentence(error: unknown, url: URL): string {
  const where = `${url.hostname}:${url.port || 3306}`;
  const user = decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1));
  switch (driverCode(error)) {
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
      return `The database server at ${where} refused the user "${user}". Check user name and password in database.url (or PORTICO_DATABASE_URL).`;
    case 'ER_DBACCESS_DENIED_ERROR':
      return `The user "${user}" may not use the database "${database}" at ${where}. Grant it: GRANT ALL ON \`${database}\`.* TO the user.`;
    case 'ER_BAD_DB_ERROR':
      return `There is no database "${database}" at ${where}. Create it: CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The database server "${url.hostname}" has no address. Check the host in database.url (or PORTICO_DATABASE_URL).`;
    case 'ECONNREFUSED':
      return `No database server answers at ${where}. Start MariaDB there, or correct host and port in database.url (or PORTICO_DATABASE_URL).`;
    case 'ER_CON_COUNT_ERROR':
      return `The database server at ${where} has no free connection. Raise max_connections there, or stop what uses them.`;
    default:
      return `The database server at ${where} cannot be used (${(error as Error).message}). Check that it runs, that a firewall lets this machine in, and database.url.`;
  }
}
