import { Op } from 'sequelize';
import type { Database } from '../database/types.js';
import { HistoryTable, SettingTable, type HistoryRow, type SettingRow } from './tables.js';

/** The two tables of the settings: values now, and every change. */
export class SettingStore {
  constructor(private readonly db: Database) {}

  async all(): Promise<Map<string, SettingRow>> {
    const rows = await this.db.of(SettingTable).findAll({ raw: true });
    return new Map(rows.map((row) => [row.key, row]));
  }

  async some(keys: readonly string[]): Promise<Map<string, SettingRow>> {
    const rows = await this.db.of(SettingTable).findAll({ where: { key: [...keys] }, raw: true });
    return new Map(rows.map((row) => [row.key, row]));
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
    return this.db.of(HistoryTable).findAll({ where: condition, order: [['id', 'DESC']], limit, raw: true });
  }

  async change(id: number): Promise<HistoryRow | null> {
    return this.db.of(HistoryTable).findByPk(id, { raw: true });
  }

  async revision(plugin: string): Promise<number> {
    const [newest] = await this.history({ plugin }, 1);
    return newest?.id ?? 0;
  }

  /** Changes after a revision, oldest first. */
  async since(plugin: string, revision: number): Promise<HistoryRow[]> {
    return this.db.of(HistoryTable).findAll({ where: { plugin, id: { [Op.gt]: revision } }, order: [['id', 'ASC']], raw: true });
  }
}
