import type { App } from '../../core/app.js';
import type { Work } from './load.js';

/** Counts what is asked of the database between `begin` and `end`; on MariaDB also how many rows and index entries it read for that. */
export function countWork({ db }: Pick<App, 'db'>): { begin(): Promise<void>; end(): Work } {
  let work: Work | null = null;
  let measuring = 0;
  /** What asking itself reads. */
  let own = 0;
  const query = db.query.bind(db);
  const reads = async (): Promise<number> => {
    const rows = await query<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read%'");
    return rows.reduce((sum, row) => sum + Number(row.Value), 0);
  };
  async function counted<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    if (!work) return query<Row>(sql, params);
    const now = work;
    now.queries += 1;
    if (now.rows === null) return query<Row>(sql, params);
    // In a transaction all three use one connection.
    measuring += 1;
    return db
      .transaction(async () => {
        const before = await reads();
        const answer = await query<Row>(sql, params);
        now.rows = (now.rows ?? 0) + (await reads()) - before - own;
        return answer;
      })
      .finally(() => (measuring -= 1));
  }
  db.query = counted;
  db.sequelize.addHook('beforeQuery', () => {
    if (work && measuring === 0) work.queries += 1;
  });
  return {
    async begin() {
      const rows = db.dialect === 'mysql' ? 0 : null;
      if (rows !== null) own = await db.transaction(async () => -(await reads()) + (await reads()));
      work = { queries: 0, rows };
    },
    end() {
      const done = work ?? { queries: 0, rows: null };
      work = null;
      return done;
    },
  };
}
