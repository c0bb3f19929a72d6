import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes migrations as the build would leave them: `NNNN-name.js` files that export `up`. */
export function writeMigrations(folder: string, migrations: Record<string, string>): { id: string; folder: string } {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [name, body] of Object.entries(migrations))
    writeFileSync(join(folder, `${name}.js`), `export const up = async ({ db, queryInterface }) => {\n${body}\n};\n`);
  return { id: 'sample', folder };
}

/** Forty tables, one row each: long enough for processes to meet. */
export function manyMigrations(folder: string): { id: string; folder: string } {
  const names = Array.from({ length: 40 }, (_, i) => String(i + 1).padStart(4, '0'));
  return writeMigrations(
    folder,
    Object.fromEntries(
      names.map((n) => [
        `${n}-table`,
        `await queryInterface.createTable('sample_${n}', { id: { type: 'INTEGER', primaryKey: true }, name: { type: 'VARCHAR(20)' } });
         await queryInterface.addIndex('sample_${n}', ['name'], { name: 'sample_${n}_name' });
         await db.run('DELETE FROM sample_${n}');
         await db.run('INSERT INTO sample_${n} (id, name) VALUES (1, ?)', ['x']);`,
      ]),
    ),
  );
}
