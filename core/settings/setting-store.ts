import { Op } from 'sequelize';
import type { Database } from '../database/types.js';
import { HistoryTable, SettingTable, type HistoryRow, type SettingRow } from './tables.js';

/** The two tables of the settings: values now, and every change. */
export class SettingStore {
  constructor(private readonly db: Database) {}

  async all(): Promise<Map<string, SettingRow>> {
    const rows = await this.db.of(SettingTable).findAll();
    return byKey(rows);
  }

  async some(keys: readonly string[]): Promise<Map<string, SettingRow>> {
    const rows = await this.db.of(SettingTable).findAll({ where: { key: [...keys] } });
    return byKey(rows);
  }

  /** Stores a value, or removes it (back to the default) when it is null. */
  async write(row: Omit<SettingRow, 'value'> & { value: string | null }, existed: boolean): Promise<void> {
    const table = this.db.of(SettingTable);
    if (row.value === null) await table.destroy({ where: { key: row.key } });
    else if (existed) await table.update({ value: row.value, updated_at: row.updated_at, updated_by: row.updated_by }, { where: { key: row.key } });
    else await table.create({ ...row, value: row.value });
  }

  async remember(row: Omit<HistoryRow, 'id'>): Promise<void> {
    await this.db.of(HistoryTable).create(row);
  }

  /** Changes of a plugin's settings or of one key, newest first. */
  async history(where: { plugin: string; key?: string; before?: number }, limit: number): Promise<HistoryRow[]> {
    const { before, ...rest } = where;
    const condition = before === undefined ? rest : { ...rest, id: { [Op.lt]: before } };
    const rows = await this.db.of(HistoryTable).findAll({ where: condition, order: [['id', 'DESC']], limit });
    return rows.map((row) => row.get());
  }

  async change(id: number): Promise<HistoryRow | null> {
    return (await this.db.of(HistoryTable).findByPk(id))?.get() ?? null;
  }

  async revision(plugin: string): Promise<number> {
    const [newest] = await this.history({ plugin }, 1);
    return newest?.id ?? 0;
  }

  /** Changes after a revision, oldest first. */
  async since(plugin: string, revision: number): Promise<HistoryRow[]> {
    const rows = await this.db.of(HistoryTable).findAll({ where: { plugin, id: { [Op.gt]: revision } }, order: [['id', 'ASC']] });
    return rows.map((row) => row.get());
  }
}

function byKey(rows: readonly { get(): SettingRow }[]): Map<string, SettingRow> {
  return new Map(rows.map((row) => row.get()).map((row) => [row.key, row]));
}
