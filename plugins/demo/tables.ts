import { DataTypes } from 'sequelize';
import { defineModel } from '../../core/api.js';

export type DemoKind = 'account' | 'customer' | 'access' | 'installation' | 'device' | 'project' | 'request' | 'order' | 'quotation' | 'article' | 'checklist';
export interface DemoObjectRow {
  kind: DemoKind;
  id: number;
}
/** Everything that the sample data made, so that exactly this can be removed. What hangs on it (words, messages, events) goes with it. */
export const DemoObjects = defineModel<DemoObjectRow>('demo_objects', {
  kind: { type: DataTypes.STRING(20), allowNull: false, primaryKey: true },
  id: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
});

export type DemoStatus = 'empty' | 'loading' | 'loaded' | 'removing' | 'failed';
export interface DemoStateRow {
  /** Always 1. */
  id: number;
  status: DemoStatus;
  done: number;
  total: number;
  /** The one password of all sample log-ins: random per load, worth nothing once they are removed. */
  password: string | null;
  /** Names of what the last removal kept, as JSON. */
  kept: string;
}
export const DemoStates = defineModel<DemoStateRow>('demo_state', {
  id: { type: DataTypes.INTEGER, primaryKey: true },
  status: { type: DataTypes.STRING(10), allowNull: false },
  done: { type: DataTypes.INTEGER, allowNull: false },
  total: { type: DataTypes.INTEGER, allowNull: false },
  password: { type: DataTypes.STRING(60) },
  kept: { type: DataTypes.TEXT, allowNull: false },
});
