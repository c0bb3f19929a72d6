import { expect } from 'chai';
import { DataTypes } from 'sequelize';
import { Words } from '../../../core/accounts/account-words.js';
import { createTable } from '../../../core/database/create-table.js';
import { searchList } from '../../../core/database/search-list.js';
import { words as wordsOf } from '../../../core/database/search.js';
import { defineModel, type Database } from '../../../core/database/types.js';
import { createTestDatabase } from '../../support/database.js';

interface Thing {
  id: number;
  name: string;
}
const Things = defineModel<Thing>('test_things', { id: { type: DataTypes.INTEGER, primaryKey: true }, name: DataTypes.STRING(160) });

describe('Searching lists by words', () => {
  let db: Database;
  let drop: () => Promise<void>;
  // Names in another order than ids; "crane" is one word of very many rows, "pump..." begins very many words, "rare..." few.
  const things: Thing[] = Array.from({ length: 2_400 }, (_, index) => {
    const kind = index % 2 === 0 ? 'crane' : `pump${index}`;
    return { id: index + 1, name: `${kind} ${String((index * 7) % 2_400).padStart(4, '0')}${index % 400 === 0 ? ` rare${index}` : ''} hall${index % 3}` };
  });
  before(async () => {
    ({ db, drop } = await createTestDatabase());
    await createTable(db.sequelize.getQueryInterface(), Things.table, Things.attributes, [{ fields: ['name', 'id'] }]);
    await db.of(Things).bulkCreate(things);
    await db.of(Words).bulkCreate(things.flatMap(({ id, name }) => wordsOf(name).map((word) => ({ owner: 'thing', word, owner_id: id, name_key: name }))));
  });
  after(() => drop());

  const order = (a: Thing, b: Thing) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id);
  const find = (query: string, more: object = {}) =>
    searchList<Thing>(db, {
      words: { table: Words.table, owner: 'thing' },
      ...{ select: 't.id, t.name', from: 'test_things t', where: ['1=1'], params: [], id: 't.id', order: ['t.name', 't.id'], query, limit: 50 },
      ...more,
    });
  const expected = (query: string) =>
    things.filter(({ name }) => wordsOf(query).every((word) => wordsOf(name).some((one) => one.startsWith(word)))).toSorted(order);

  for (const query of ['crane', 'cra', 'pump', 'rare', 'rare800', 'hall', 'crane hall1', 'pump hall2', 'CRÀNE rare', 'nothing', 'crane nothing', '- -', ''])
    it(`gives the same rows in the same order whichever way leads to them: "${query}"`, async () => {
      const all = expected(query);
      for (const descending of [false, true]) {
        const wanted = (descending ? all.toReversed() : all).map((row) => row.id);
        const found: number[] = [];
        let after: unknown[] | null = null;
        // Some pages from the start, and one from the middle.
        for (let page = 0; page < 3; page += 1) {
          const rows: Thing[] = await find(query, { descending, after });
          found.push(...rows.map((row) => row.id));
          const last = rows.at(-1);
          if (!last) break;
          after = [last.name, last.id];
        }
        expect(found).to.deep.equal(wanted.slice(0, found.length));
        expect(found.length).to.equal(Math.min(wanted.length, 150));
      }
      expect((await find(query, { few: true })).map((row) => row.id)).to.deep.equal(all.slice(0, 50).map((row) => row.id));
      const byId = all.map((row) => row.id).toSorted((a, b) => a - b);
      expect((await find(query, { order: ['t.id'], after: [100] })).map((row) => row.id)).to.deep.equal(byId.filter((id) => id > 100).slice(0, 50));
    });

  it('meets a page of one word at once, however many rows have it', async () => {
    const asked: [string, readonly unknown[]][] = [];
    const listening = { ...db, query: (sql: string, params: readonly unknown[] = []) => (asked.push([sql, params]), db.query(sql, params)) } as Database;
    await searchList(listening, {
      words: { table: Words.table, owner: 'thing' },
      ...{ select: 't.id, t.name', from: 'test_things t', where: ['1=1'], params: [], id: 't.id', order: ['t.name', 't.id'], query: 'crane', limit: 50 },
    });
    const [sql, params] = asked.at(-1)!;
    const plan = JSON.stringify(await db.query(`EXPLAIN ${db.dialect === 'sqlite' ? 'QUERY PLAN ' : ''}${sql}`, params));
    expect(plan)
      .to.contain('core_words_owner_word_name_key_owner_id')
      .and.not.match(/TEMP B-TREE|filesort|SCAN t/);
  });
});
