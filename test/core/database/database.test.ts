import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { DataTypes, Op, UniqueConstraintError } from 'sequelize';
import { defineModel, isUniqueViolation, toDate, type Database } from '../../../core/database/types.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

interface Thing {
  id: number;
  name: string;
  code: string | null;
  active: boolean;
  data: { tags: string[] } | null;
  made_at: Date;
}
const Things = defineModel<Thing>('test_things', {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  name: { type: DataTypes.STRING(80), allowNull: false },
  code: { type: DataTypes.STRING(20), allowNull: true, unique: true },
  active: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
  data: { type: DataTypes.JSON, allowNull: true },
  made_at: { type: DataTypes.DATE(3), allowNull: false },
});
const AT = new Date('2026-03-29T01:30:15.678Z');

describe('Database', function () {
  this.timeout(20_000);
  let test: TestDatabase;
  let db: Database;
  beforeEach(async () => {
    test = await createTestDatabase();
    db = test.db;
    const { attributes } = Things;
    await db.sequelize.getQueryInterface().createTable('test_things', attributes);
    await db.sequelize.getQueryInterface().createTable('test_parts', {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      thing_id: { type: DataTypes.INTEGER, allowNull: false, references: { model: 'test_things', key: 'id' } },
    });
  });
  afterEach(() => test.drop());

  const add = (name: string, code: string | null = null): Promise<Thing> => db.of(Things).create({ name, code, made_at: AT });
  const count = async (): Promise<number> => (await db.query<{ n: number }>('SELECT COUNT(*) AS n FROM test_things'))[0]?.n ?? -1;
  const rejection = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    );

  describe('values', () => {
    it('come back from models as they went in, to the millisecond', async () => {
      const { id } = await add('one');
      await db.of(Things).update({ active: false, data: { tags: ['å', 'č'] } }, { where: { id } });
      const row = await db.of(Things).findByPk(id);
      expect(row?.made_at.toISOString()).to.equal(AT.toISOString());
      expect(row?.active).to.equal(false);
      expect(row?.data).to.deep.equal({ tags: ['å', 'č'] });
    });

    it('come back from prepared queries alike on every engine', async () => {
      const { id } = await add('one');
      await db.run('UPDATE test_things SET data = ?, active = ? WHERE id = ?', ['{"tags":[]}', true, id]);
      const [row] = await db.query('SELECT t.*, MAX(made_at) AS latest, SUM(id) AS total, COUNT(*) AS n FROM test_things t GROUP BY id LIMIT ?', [1]);
      expect(row).to.deep.equal({
        id,
        name: 'one',
        code: null,
        active: 1,
        data: '{"tags":[]}',
        made_at: '2026-03-29 01:30:15.678 +00:00',
        latest: '2026-03-29 01:30:15.678 +00:00',
        total: id,
        n: 1,
      });
      expect(toDate(row?.['made_at'] as string).toISOString()).to.equal(AT.toISOString());
    });

    it('compare as times, whether given as Date or as the text of a query', async () => {
      await add('one');
      for (const [at, found] of [
        [AT, 1],
        [new Date(AT.getTime() + 1), 0],
        ['2026-03-29 01:30:15.678 +00:00', 1],
      ] as const) {
        expect(await db.query('SELECT id FROM test_things WHERE made_at >= ?', [at])).to.have.length(found);
      }
      expect(await db.of(Things).count({ where: { made_at: { [Op.gte]: AT } } })).to.equal(1);
    });

    it('that no driver takes are refused instead of ending the process', async () => {
      for (const bad of [{}, [1], Symbol('x'), Number.NaN, () => 1])
        expect(await rejection(Promise.resolve().then(() => db.query('SELECT ? AS x', [bad])))).to.be.instanceOf(TypeError);
      expect(await db.query('SELECT ? AS x', [undefined])).to.deep.equal([{ x: null }]);
    });
  });

  describe('changes', () => {
    it('report the id and the rows found, changed or not', async () => {
      const first = await db.run('INSERT INTO test_things (name, active, made_at) VALUES (?, ?, ?)', ['a', true, AT]);
      expect(first.insertId).to.equal(1);
      expect((await db.run('UPDATE test_things SET name = ? WHERE id = ?', ['a', 1])).changes).to.equal(1);
      expect((await db.run('DELETE FROM test_things WHERE id = ?', [99])).changes).to.equal(0);
      expect(await db.of(Things).update({ name: 'a' }, { where: { id: 1 } })).to.deep.equal([1]);
      expect(await db.of(Things).destroy({ where: { id: 1 } })).to.equal(1);
    });

    it('that break a unique key fail alike from models and statements', async () => {
      await add('a', 'x');
      const byModel = await rejection(add('b', 'x'));
      const byHand = await rejection(db.run('INSERT INTO test_things (name, code, active, made_at) VALUES (?, ?, 1, ?)', ['b', 'x', AT]));
      for (const error of [byModel, byHand]) {
        expect(error).to.be.instanceOf(UniqueConstraintError);
        expect(isUniqueViolation(error)).to.equal(true);
        expect(Object.keys((error as UniqueConstraintError).fields)).to.have.length(1);
      }
      expect(isUniqueViolation(await rejection(db.run('INSERT INTO test_things (name, made_at) VALUES (NULL, ?)', [AT])))).to.equal(false);
    });

    it('that break a foreign key fail', async () => {
      expect(await rejection(db.run('INSERT INTO test_parts (thing_id) VALUES (?)', [7]))).to.have.property('name', 'SequelizeForeignKeyConstraintError');
    });

    it('fill ids of a bulk insert', async () => {
      await db.of(Things).bulkCreate([1, 2, 3].map((n) => ({ name: `n${n}`, made_at: AT })));
      expect(await count()).to.equal(3);
    });

    it('find or create once', async () => {
      const seek = { where: { code: 'k' }, defaults: { name: 'k', made_at: AT } };
      const [, created] = await db.of(Things).findOrCreate(seek);
      const [, again] = await db.transaction(() => db.of(Things).findOrCreate(seek));
      expect([created, again, await count()]).to.deep.equal([true, false, 1]);
    });
  });

  describe('transactions', () => {
    it('take in models, statements and queries by themselves', async () => {
      const error = await rejection(
        db.transaction(async () => {
          await add('model');
          await db.run('INSERT INTO test_things (name, active, made_at) VALUES (?, 1, ?)', ['hand', AT]);
          await Promise.all([add('p1'), add('p2')]);
          expect(await count()).to.equal(4);
          expect(await db.of(Things).count()).to.equal(4);
          throw new Error('no');
        }),
      );
      expect(error).to.have.property('message', 'no');
      expect(await count()).to.equal(0);
    });

    it('are not seen from outside before they commit', async () => {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const writing = db.transaction(async () => {
        await add('a');
        await held;
      });
      await sleep(20);
      expect(await count()).to.equal(0);
      release();
      await writing;
      expect(await count()).to.equal(1);
    });

    it('join the one that is open, and fail together', async () => {
      await rejection(
        db.transaction(async () => {
          await db.transaction(() => add('inner'));
          throw new Error('outer');
        }),
      );
      expect(await count()).to.equal(0);
    });

    it('run many at a time without losing an update', async () => {
      const { id } = await add('0');
      await Promise.all(
        Array.from({ length: 25 }, () =>
          db.transaction(async () => {
            const [row] = await db.query<{ name: string }>(
              'SELECT name FROM test_things WHERE id = ? FOR UPDATE'.replace(test.dialect === 'sqlite' ? ' FOR UPDATE' : '', ''),
              [id],
            );
            await sleep(1);
            await db.run('UPDATE test_things SET name = ? WHERE id = ?', [String(Number(row?.name) + 1), id]);
          }),
        ),
      );
      expect((await db.of(Things).findByPk(id))?.name).to.equal('25');
    });

    it('let writers outside of them wait instead of failing', async () => {
      const inside = db.transaction(async () => {
        await add('a');
        await sleep(60);
        await add('b');
      });
      await Promise.all([inside, add('c'), db.run('INSERT INTO test_things (name, active, made_at) VALUES (?, 1, ?)', ['d', AT])]);
      expect(await count()).to.equal(4);
    });

    it('tell what waits for the commit only after it, in order, outside of the transaction', async () => {
      const told: string[] = [];
      await db.transaction(async () => {
        db.afterCommit(() => void told.push('1'));
        await db.transaction(async () => db.afterCommit(async () => void told.push(`2 of ${await count()}`)));
        await add('a');
        told.push('work');
      });
      await sleep(20);
      expect(told).to.deep.equal(['work', '1', '2 of 1']);
    });

    it('tell nobody when they are rolled back, and at once when there is none', async () => {
      const told: string[] = [];
      await rejection(
        db.transaction(async () => {
          db.afterCommit(() => void told.push('never'));
          throw new Error('no');
        }),
      );
      db.afterCommit(() => void told.push('now'));
      expect(told).to.deep.equal(['now']);
    });

    it('do not take in work that nobody waited for', async () => {
      let late: Promise<unknown> = Promise.resolve();
      await rejection(
        db.transaction(async () => {
          late = sleep(20).then(() => add('late'));
          throw new Error('no');
        }),
      );
      await late;
      expect(await count()).to.equal(1);
    });

    it('that collide are run again', async () => {
      const [a, b] = [await add('a'), await add('b')];
      let runs = 0;
      const swap = (first: number, second: number): Promise<void> =>
        db.transaction(async () => {
          runs++;
          await db.run('UPDATE test_things SET name = ? WHERE id = ?', ['x', first]);
          await sleep(30);
          await db.run('UPDATE test_things SET name = ? WHERE id = ?', ['y', second]);
        });
      await Promise.all([swap(a.id, b.id), swap(b.id, a.id)]);
      expect(runs).to.equal(test.dialect === 'mysql' ? 3 : 2);
    });
  });

  it('gives each number of a sequence once', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => (i % 2 ? db.transaction(() => db.nextNumber('order', 20_000)) : db.nextNumber('order', 20_000))),
    );
    expect(numbers.toSorted((a, b) => a - b)).to.deep.equal(Array.from({ length: 30 }, (_, i) => 20_000 + i));
    expect(await db.nextNumber('other', 1)).to.equal(1);
  });

  it('hands disjoint rows to workers that skip locked ones', async function () {
    if (test.dialect === 'sqlite') this.skip();
    await Promise.all([1, 2, 3, 4].map((n) => add(`n${n}`)));
    const claim = (): Promise<number[]> =>
      db.transaction(async () => {
        const rows = await db.of(Things).findAll({ limit: 2, order: [['id', 'ASC']], lock: true, skipLocked: true });
        await sleep(50);
        return rows.map((row) => row.id);
      });
    const [one, two] = await Promise.all([claim(), claim()]);
    expect([...one, ...two]).to.have.members([1, 2, 3, 4]);
  });
});
