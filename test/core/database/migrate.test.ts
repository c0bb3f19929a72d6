import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { DatabaseStartError } from '../../../core/database/failures.js';
import { migrate, type MigrationSource } from '../../../core/database/migrate.js';
import type { Database } from '../../../core/database/types.js';
import { coreMigrations, createTestDatabase, type TestDatabase } from '../../support/database.js';
import { gone, start } from './support/child.js';
import { manyMigrations, writeMigrations } from './support/migrations.js';

describe('Migrations', function () {
  this.timeout(60_000);
  let test: TestDatabase;
  let db: Database;
  beforeEach(async () => {
    test = await createTestDatabase({ migrations: [] });
    db = test.db;
  });
  afterEach(() => test.drop());

  const source = (name: string, migrations: Record<string, string>): MigrationSource => writeMigrations(join(test.dataDir, name), migrations);
  const table = (name: string): string => `await queryInterface.createTable('${name}', { id: { type: 'INTEGER', primaryKey: true } });`;
  const failure = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => new Error('did not fail'),
      (error: Error) => error,
    );

  it('are applied once, in order, and told', async () => {
    const sample = source('a', { '0002-second': 'await db.run("INSERT INTO sample_one (id) VALUES (1)");', '0001-first': table('sample_one') });
    expect(await migrate(db, [sample])).to.deep.equal(['sample/0001-first', 'sample/0002-second']);
    expect(await migrate(db, [sample])).to.deep.equal([]);
    expect(await db.query('SELECT id FROM sample_one')).to.deep.equal([{ id: 1 }]);
    expect(await migrate(db, [{ id: 'none', folder: join(test.dataDir, 'none') }])).to.deep.equal([]);
  });

  it('of the core build the tables of an empty database', async () => {
    const applied = await migrate(db, [coreMigrations]);
    expect(applied).to.include('core/0001-core-tables');
    expect(await migrate(db, [coreMigrations])).to.deep.equal([]);
  });

  it('end well when three processes start at once', async () => {
    const sample = manyMigrations(join(test.dataDir, 'many'));
    const children = [1, 2, 3].map(() => start({ what: 'migrate', url: test.url, dataDir: test.dataDir, folder: sample.folder }));
    const answers = (await Promise.all(children.map(({ said }) => said))) as string[][];
    for (const answer of answers) expect(answer, String(answer)).to.be.an('array');
    expect(answers.flat().sort()).to.deep.equal(Array.from({ length: 40 }, (_, i) => `sample/${String(i + 1).padStart(4, '0')}-table`));
    await Promise.all(children.map(({ child }) => gone(child)));
  });

  it('F3: go on where a killed process stopped', async () => {
    const sample = manyMigrations(join(test.dataDir, 'many'));
    for (const wait of [300, 380, 460, 540]) {
      const { child } = start({ what: 'migrate', url: test.url, dataDir: test.dataDir, folder: sample.folder });
      await sleep(wait + 400);
      child.kill('SIGKILL');
      await gone(child);
    }
    await migrate(db, [sample]);
    for (let i = 1; i <= 40; i++) expect(await db.query(`SELECT name FROM sample_${String(i).padStart(4, '0')}`)).to.deep.equal([{ name: 'x' }]);
    expect(await db.query('SELECT COUNT(*) AS n FROM core_migrations')).to.deep.equal([{ n: 40 }]);
  });

  it('that fail leave the rest to be done, and can run again', async () => {
    const sample = source('b', {
      '0001-one': table('sample_one'),
      '0002-two': `${table('sample_two')} throw new Error('half');`,
      '0003-three': table('sample_three'),
    });
    expect((await failure(migrate(db, [sample]))).message).to.equal('half');
    expect(await db.query('SELECT name FROM core_migrations')).to.deep.equal([{ name: '0001-one' }]);
    const mended = source('b2', {
      '0001-one': table('sample_one'),
      '0002-two': table('sample_two').replace('await', 'if (!(await queryInterface.tableExists("sample_two"))) await'),
      '0003-three': table('sample_three'),
    });
    expect(await migrate(db, [mended])).to.deep.equal(['sample/0002-two', 'sample/0003-three']);
  });

  it('may rebuild a table without losing the rows that point to it', async () => {
    const sample = source('c', {
      '0001-tables': `await queryInterface.createTable('sample_a', { id: { type: 'INTEGER', primaryKey: true }, old: { type: 'INTEGER' } });
        await queryInterface.createTable('sample_b', { id: { type: 'INTEGER', primaryKey: true }, a_id: { type: 'INTEGER', references: { model: 'sample_a', key: 'id' }, onDelete: 'CASCADE' } });
        await db.run('INSERT INTO sample_a (id, old) VALUES (1, 2)'); await db.run('INSERT INTO sample_b (id, a_id) VALUES (5, 1)');`,
      '0002-rebuild': `await queryInterface.removeColumn('sample_a', 'old');`,
    });
    await migrate(db, [sample]);
    expect(await db.query('SELECT * FROM sample_a')).to.deep.equal([{ id: 1 }]);
    expect(await db.query('SELECT * FROM sample_b')).to.deep.equal([{ id: 5, a_id: 1 }]);
    expect((await failure(db.run('INSERT INTO sample_b (id, a_id) VALUES (6, 9)'))).name).to.equal('SequelizeForeignKeyConstraintError');
    expect(await db.transaction(() => failure(db.run('INSERT INTO sample_b (id, a_id) VALUES (6, 9)')))).to.have.property(
      'name',
      'SequelizeForeignKeyConstraintError',
    );
  });

  it('F27: refuse a database that a newer version has written, and change nothing', async () => {
    await migrate(db, [source('d', { '0001-one': table('sample_one'), '0009-newer': table('sample_newer') })]);
    const error = await failure(migrate(db, [source('e', { '0001-one': table('sample_one'), '0002-two': table('sample_two') })]));
    expect(error).to.be.instanceOf(DatabaseStartError);
    expect(error.message).to.match(/newer version of the module "sample".*sample\/0009-newer.*backup/);
    expect(await db.sequelize.getQueryInterface().tableExists('sample_two')).to.equal(false);
  });
});
