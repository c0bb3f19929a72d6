import { DataTypes } from 'sequelize';
import type { Migration } from '../database/types.js';

/** Name of a role that administrators made (built-in ones are translated), its own time-out in minutes, and whether it needs a second factor. */
export const up: Migration = async ({ db, queryInterface }) => {
  const present = await queryInterface.describeTable('core_roles');
  const columns = {
    name: DataTypes.STRING(60),
    idle_minutes: DataTypes.INTEGER,
    mfa_required: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
  };
  for (const [name, column] of Object.entries(columns)) if (!(name in present)) await queryInterface.addColumn('core_roles', name, column);
  await db.run("UPDATE core_roles SET mfa_required = 1 WHERE id = 'administrator'");
};
