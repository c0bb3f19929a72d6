import { expect } from 'chai';
import { DataTypes, Op, type WhereOptions } from 'sequelize';
import { merge, toClause, matches, type Clause } from '../../../core/access/clause.js';
import { Condition } from '../../../core/access/condition.js';
import { defineModel, type Database } from '../../../core/database/types.js';
import { createTestDatabase } from '../../support/database.js';

interface Row {
  id: number;
  customer_id: number | null;
  installation_id: number | null;
  project_id: number | null;
}
const Things = defineModel<Row>('test_things', {
  id: { type: DataTypes.INTEGER, primaryKey: true },
  customer_id: DataTypes.INTEGER,
  installation_id: DataTypes.INTEGER,
  project_id: DataTypes.INTEGER,
});
const kinds = { customer: 'customer_id', installation: 'installation_id', project: 'project_id' } as const;
type Kind = keyof typeof kinds;

/** Reproducible randomness (mulberry32): a failure can be run again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

describe('Scope conditions', () => {
  let db: Database;
  let drop: () => Promise<void>;
  const rows: Row[] = [];
  before(async () => {
    ({ db, drop } = await createTestDatabase({ migrations: [] }));
    await db.run('CREATE TABLE test_things (id INTEGER PRIMARY KEY, customer_id INTEGER NULL, installation_id INTEGER NULL, project_id INTEGER NULL)');
    const values = [null, 1, 2, 3];
    for (const customer_id of values)
      for (const installation_id of values) for (const project_id of values) rows.push({ id: rows.length + 1, customer_id, installation_id, project_id });
    await db.of(Things).bulkCreate(rows);
  });
  after(() => drop());

  async function bySql(condition: Condition, columns: Record<string, string>, alias?: string): Promise<number[]> {
    const { sql, params } = condition.sql(columns, alias);
    const found = await db.query<{ id: number }>(`SELECT id FROM test_things ${alias ?? ''} WHERE ${sql} ORDER BY id`, params);
    return found.map((row) => row.id);
  }
  async function byWhere(condition: Condition, columns: Record<string, string>): Promise<number[]> {
    const where = { [Op.and]: [condition.where(columns), { id: { [Op.gt]: 0 } }] } as WhereOptions<Row>;
    const found = await db.of(Things).findAll({ where, order: ['id'], attributes: ['id'] });
    return found.map((row) => row.id);
  }
  function byMatch(clauses: readonly Clause[], columns: Record<string, string>): number[] {
    return rows
      .filter((row) => {
        const resource = Object.fromEntries(Object.entries(columns).map(([kind, column]) => [kind, row[column as keyof Row]]));
        return clauses.some((clause) => matches(clause, resource));
      })
      .map((row) => row.id);
  }

  it('A1 can(), where and sql agree on thousands of random grants, rows and column sets', async function () {
    this.timeout(120_000);
    const orders: Kind[][] = [
      ['customer', 'installation', 'project'],
      ['customer', 'project', 'installation'],
      ['customer', 'installation'],
      ['customer'],
      ['installation', 'project'],
      ['project', 'customer'],
    ];
    for (let seed = 1; seed <= 600; seed++) {
      const next = random(seed);
      const ids = (): number[] | 'all' => (next(5) === 0 ? 'all' : Array.from({ length: next(4) }, () => next(5)));
      const grant = (): Record<string, number[] | 'all'> =>
        Object.fromEntries((Object.keys(kinds) as Kind[]).filter(() => next(2) === 0).map((kind) => [kind, ids()]));
      const clauses = Array.from({ length: next(4) }, () => toClause(next(25) === 0 ? undefined : grant())).filter((clause) => clause !== null);
      const merged = merge(clauses);
      const condition = new Condition(merged);
      const names = orders[next(orders.length)] ?? [];
      const columns = Object.fromEntries(names.map((kind) => [kind, kinds[kind]]));
      const expected = byMatch(clauses, columns);
      const where = `seed ${seed}`;
      expect(byMatch(merged, columns), where).to.deep.equal(expected);
      expect(await byWhere(condition, columns), where).to.deep.equal(expected);
      expect(await bySql(condition, columns, seed % 2 ? 't' : undefined), where).to.deep.equal(expected);
      if (condition.kind === 'all') expect(expected).to.have.length(rows.length);
      if (condition.kind === 'none') expect(expected).to.have.length(0);
    }
  });

  const condition = (...scopes: Parameters<typeof toClause>[0][]): Condition => new Condition(merge(scopes.map(toClause).filter((clause) => clause !== null)));

  it('the customer decides alone, the other kinds are alternatives', async () => {
    const mine = condition({ customer: [1], installation: [2], project: [3] });
    for (const id of await bySql(mine, kinds)) {
      const row = rows[id - 1];
      expect(row?.customer_id).to.equal(1);
      expect(row?.installation_id === 2 || row?.project_id === 3).to.equal(true);
    }
    expect(await bySql(condition({ customer: [1], installation: 'all' }), kinds)).to.have.length(16);
    expect(
      await bySql(condition({ customer: [1], installation: [2] }), { customer: 'customer_id' }),
      'limited to installations: not all of the customer',
    ).to.deep.equal([]);
    expect(await bySql(condition({ customer: [1] }), { installation: 'installation_id' }), 'customer unknown').to.deep.equal([]);
  });

  it('grants without ids reach nothing', () => {
    expect(condition({ customer: [] }).kind).to.equal('none');
    expect(condition({ customer: [1], installation: [] }).kind).to.equal('none');
    expect(condition().kind).to.equal('none');
    expect(condition(undefined).kind).to.equal('all');
    expect(condition({ customer: 'all' }).kind).to.equal('all');
  });

  it('names the ids in reach', () => {
    const some = condition({ customer: [1, 2] }, { customer: [2, 3], installation: [5, 6] });
    expect(some.ids('customer')).to.have.members([1, 2, 3]);
    expect(some.ids('installation')).to.equal('all');
    expect(condition({ customer: [2], installation: [5, 6] }).ids('installation')).to.have.members([5, 6]);
    expect(condition(undefined).ids('customer')).to.equal('all');
  });

  it('C1 only whole numbers become part of a statement, also in very long lists', async () => {
    const hostile = condition({ customer: ['1) OR (1=1' as unknown as number, Number.NaN, 1.5, 2] });
    expect(hostile.ids('customer')).to.deep.equal([2]);
    const long = condition({ customer: Array.from({ length: 40_000 }, (_, i) => i + 2) });
    expect(long.sql(kinds).params).to.have.length(0);
    expect(await bySql(long, kinds)).to.have.length(32);
    expect(await byWhere(long, kinds)).to.have.length(32);
  });
});
