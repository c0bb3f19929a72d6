import { DataTypes } from 'sequelize';
import { createTable } from '../database/create-table.js';
import type { MigrationContext } from '../database/types.js';

/** Columns of a table of texts: one row for each thing, with the same id. */
const columns = {
  id: { type: DataTypes.INTEGER, primaryKey: true, allowNull: false },
  tokens: { type: DataTypes.TEXT, allowNull: false },
};

/**
 * Creates a table whose rows a `TextIndex` finds. On SQLite an FTS5 index hangs on it by triggers, on MariaDB a FULLTEXT index: whatever changes or
 * deletes a row changes the index in the same transaction.
 */
export async function createTextTable({ db, queryInterface }: MigrationContext, table: string): Promise<void> {
  await createTable(queryInterface, table, columns);
  if (db.dialect === 'mysql') {
    // Folded already, so compared by bytes; a long thread has more than 64 KB of words.
    await db.run(`ALTER TABLE ${table} MODIFY tokens MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL`);
    const present = (await queryInterface.showIndex(table)) as { name: string }[];
    if (!present.some(({ name }) => name === `${table}_fts`)) await db.run(`ALTER TABLE ${table} ADD FULLTEXT INDEX ${table}_fts (tokens)`);
    return;
  }
  // Which words stand in a row is all that is asked: no positions, no sizes.
  await db.run(
    `CREATE VIRTUAL TABLE IF NOT EXISTS ${table}_fts USING fts5(tokens, content='${table}', content_rowid='id', detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0")`,
  );
  const put = (row: string) => `INSERT INTO ${table}_fts (rowid, tokens) VALUES (${row}.id, ${row}.tokens);`;
  const drop = `INSERT INTO ${table}_fts (${table}_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens);`;
  await db.run(`CREATE TRIGGER IF NOT EXISTS ${table}_put AFTER INSERT ON ${table} BEGIN ${put('new')} END`);
  await db.run(`CREATE TRIGGER IF NOT EXISTS ${table}_drop AFTER DELETE ON ${table} BEGIN ${drop} END`);
  await db.run(`CREATE TRIGGER IF NOT EXISTS ${table}_change AFTER UPDATE ON ${table} BEGIN ${drop} ${put('new')} END`);
}
