import type { ModelAttributes, QueryInterface } from 'sequelize';
import type { ModelDef } from './types.js';

/** An index of a new table; its name is made of the columns. */
export interface TableIndex {
  fields: string[];
  unique?: boolean;
}

/** Creates a table and its indexes as far as they are missing, so that a migration that was cut off can run again. */
export async function createTable(queryInterface: QueryInterface, table: string, columns: ModelAttributes, indexes: TableIndex[] = []): Promise<void> {
  if (!(await queryInterface.tableExists(table))) await queryInterface.createTable(table, columns);
  const present = new Set(((await queryInterface.showIndex(table)) as { name: string }[]).map((index) => index.name));
  for (const { fields, unique = false } of indexes) {
    const name = `${table}_${fields.join('_')}`.slice(0, 64);
    if (!present.has(name)) await queryInterface.addIndex(table, fields, { name, unique });
  }
}

/** Adds columns of a model to its table as far as they are missing: a new database has them from the start. */
export async function addColumns<Row extends object>(
  queryInterface: QueryInterface,
  model: ModelDef<Row>,
  columns: readonly (keyof Row & string)[],
): Promise<void> {
  const present = await queryInterface.describeTable(model.table);
  for (const column of columns) if (!(column in present)) await queryInterface.addColumn(model.table, column, model.attributes[column]!);
}
