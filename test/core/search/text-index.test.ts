import { expect } from 'chai';
import { DataTypes } from 'sequelize';
import { createTextTable } from '../../../core/search/text-table.js';
import { TextIndex, type TextQuery } from '../../../core/search/text-index.js';
import { words } from '../../../core/database/search.js';
import type { Database } from '../../../core/database/types.js';
import { createTestApp, type TestApp } from '../../support/app.js';

const everything = { sql: '1=1', params: [] };

describe('the index of texts, the same on SQLite and MariaDB', function () {
  this.timeout(60_000);
  let t: TestApp;
  let db: Database;
  let index: TextIndex;
  before(async () => {
    t = await createTestApp();
    ({ db } = t.app);
    const queryInterface = db.sequelize.getQueryInterface();
    await queryInterface.createTable('things', {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      customer_id: { type: DataTypes.INTEGER, allowNull: false },
      at: { type: DataTypes.DATE(3), allowNull: false },
    });
    // Twice: a migration that was cut off runs again.
    for (let i = 0; i < 2; i += 1) await createTextTable({ db, queryInterface }, 'thing_texts');
    index = new TextIndex(db, { table: 'thing_texts', owner: 'things', alias: 'x', title: 't' });
  });
  after(() => t.close());

  async function thing(id: number, title: string, body = '', note = '', customer = 1, days = 0): Promise<void> {
    await db.run('DELETE FROM things WHERE id = ?', [id]);
    await db.run('INSERT INTO things (id, customer_id, at) VALUES (?, ?, ?)', [id, customer, new Date(Date.now() - days * 86_400_000)]);
    await db.transaction(() => index.save([{ id, parts: { t: words(title), b: words(body), i: words(note) } }]));
  }
  const find = async (q: string, more: Partial<TextQuery> = {}) =>
    (await index.page({ words: words(q), parts: { t: null, b: null }, scope: everything, at: 'at', limit: 25, ...more })).ids;
  /** The same by the engine's index alone: the newest id is far ahead. */
  const below = async (work: () => Promise<void>): Promise<void> => {
    await db.transaction(async () => {
      await db.run('INSERT INTO things (id, customer_id, at) VALUES (90000, 9, ?)', [new Date()]);
      await index.save([{ id: 90_000, parts: { t: ['newest'] } }]);
    });
    try {
      await work();
    } finally {
      await db.run('DELETE FROM things WHERE id = 90000');
      await db.run('DELETE FROM thing_texts WHERE id = 90000');
    }
  };
  /** Both ways: row by row, and by the index. */
  const both = async (check: () => Promise<void>): Promise<void> => {
    await check();
    await below(check);
  };

  it('finds words that are short, common or foreign, with accents or without, and the beginning of the last', async () => {
    await thing(1, '3D printer A1', 'The toner is at Ångström and it is out');
    await thing(2, 'Принтер в Malmö', 'of the with from this');
    await thing(3, 'Drucker', 'Straße 7, x');
    await both(async () => {
      for (const q of ['3d', 'a1', 'is', 'the toner', 'it', 'printer 3d', 'angstr', 'ångström', 'ANGSTRÖM toner']) expect(await find(q), q).to.deep.equal([1]);
      for (const q of ['принт', 'malmo', 'with', 'this of']) expect(await find(q), q).to.deep.equal([2]);
      for (const q of ['strasse', 'straß', '7', 'x', 'drucker x']) expect(await find(q), q).to.deep.equal([3]);
      // Only the last word is a beginning.
      expect(await find('print toner')).to.deep.equal([]);
      expect(await find('toner print')).to.deep.equal([1]);
      for (const q of ['', '"', '*', '+-()~<>@', "'", '%', 'NEAR(']) expect(await find(q), q).to.deep.equal([]);
    });
  });

  it('counts words of a part only where that part is open', async () => {
    await thing(11, 'Gate', 'open text', 'secret fuse', 1);
    await thing(12, 'Gate', 'open text', 'secret fuse', 2);
    const inner = (sql: string) => ({ parts: { t: null, b: null, i: { sql, params: [] } } });
    await both(async () => {
      expect(await find('fuse')).to.deep.equal([]);
      expect(await find('gate secret')).to.deep.equal([]);
      expect(await find('gate secret', inner('x.customer_id = 2'))).to.deep.equal([12]);
      expect(await find('open fuse', inner('1=1'))).to.deep.equal([12, 11]);
      expect(await find('open gate', inner('x.customer_id = 2'))).to.deep.equal([12, 11]);
      expect(await find('secret', { ...inner('1=1'), scope: { sql: 'x.customer_id = ?', params: [1] } })).to.deep.equal([11]);
      expect(await find('secret', { ...inner('1=1'), few: { sql: 'x.customer_id IN (1)', params: [] } })).to.deep.equal([11]);
    });
  });

  it('puts a whole word of the title first, then what changed last', async () => {
    await thing(21, 'Boiler', '', '', 1, 100);
    await thing(22, 'Heating', 'the boiler', '', 1, 0);
    await thing(23, 'Boilers', '', '', 1, 0);
    await thing(24, 'Pump', 'near the boiler', '', 1, 300);
    await both(async () => void expect(await find('boiler')).to.deep.equal([23, 21, 22, 24]));
  });

  it('a change and a deletion count at once, and only if they are committed', async () => {
    await thing(31, 'Alpha');
    await thing(31, 'Beta');
    await db
      .transaction(async () => {
        await index.save([{ id: 31, parts: { t: ['gamma'] } }]);
        throw new Error('no');
      })
      .catch(() => undefined);
    await both(async () => void expect([await find('alpha'), await find('beta'), await find('gamma')]).to.deep.equal([[], [31], []]));
    await db.run('DELETE FROM thing_texts WHERE id = 31');
    await both(async () => void expect(await find('beta')).to.deep.equal([]));
    await db.run('DELETE FROM things WHERE id = 31');
  });

  it('pages through hundreds without a gap or a repetition, and counts to a hundred', async () => {
    for (let id = 101; id <= 360; id += 1) await db.run('INSERT INTO things (id, customer_id, at) VALUES (?, ?, ?)', [id, 3, new Date()]);
    await db.transaction(() =>
      index.save(Array.from({ length: 260 }, (_, n) => ({ id: 101 + n, parts: { t: [n % 3 === 0 ? 'cable' : 'wire'], b: ['cable', `n${n}`] } }))),
    );
    await both(async () => {
      const seen: number[] = [];
      for (let after: string | undefined, pages = 0; pages < 20; pages += 1) {
        const page = await index.page({ words: ['cable'], parts: { t: null, b: null }, scope: everything, at: 'at', limit: 25, after });
        expect(page.count).to.equal(101);
        seen.push(...page.ids);
        if (page.next === null) break;
        after = page.next;
      }
      expect(seen.length).to.equal(260);
      expect(new Set(seen).size).to.equal(260);
      expect((await index.page({ words: ['n7'], parts: { b: null }, scope: everything, at: 'at', limit: 0 })).count).to.equal(11);
      const made = Buffer.from('["x",-5,1e99]').toString('base64url');
      expect((await find('n70', { after: made })).length).to.equal(1);
    });
  });

  it('tells what is missing and what is too much, and tidies', async () => {
    expect(await index.gaps()).to.deep.include({ missing: 0, stray: 0 });
    await db.run('INSERT INTO things (id, customer_id, at) VALUES (999, 1, ?)', [new Date()]);
    await db.run('DELETE FROM things WHERE id = 21');
    expect(await index.gaps()).to.deep.include({ missing: 1, stray: 1 });
    await thing(41, 'qqcanaryqq');
    await db.run('DELETE FROM thing_texts WHERE id = 41');
    await index.tidy();
    expect(await index.gaps()).to.deep.include({ missing: 2, stray: 0 });
    if (db.dialect !== 'sqlite') return;
    const blocks = await db.query<{ block: string }>('SELECT hex(block) AS block FROM thing_texts_fts_data');
    const left = blocks.filter(({ block }) => Buffer.from(block, 'hex').includes('canaryqq'));
    expect(left.length, 'pieces of the index with a deleted word').to.equal(0);
    await db.run("INSERT INTO thing_texts_fts (thing_texts_fts, rank) VALUES ('integrity-check', 1)");
  });
});
