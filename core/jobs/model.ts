import { DataTypes } from 'sequelize';
import { defineModel } from '../database/types.js';

export interface JobRow {
  id: number;
  name: string;
  payload: string;
  /** Set while unfinished; a second job with it is not queued. */
  job_key: string | null;
  state: 'queued' | 'running' | 'failed';
  attempts: number;
  max_attempts: number;
  /** When it may next be taken: its time, the end of its back-off, or the end of its lease. */
  due_at: Date;
  /** Random per claim; whoever holds it may finish the job. */
  lease: string | null;
  last_error: string | null;
  created_at: Date;
}

export const jobColumns = {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  name: { type: DataTypes.STRING(120), allowNull: false },
  payload: { type: DataTypes.TEXT, allowNull: false },
  job_key: { type: DataTypes.STRING(180), allowNull: true },
  state: { type: DataTypes.STRING(10), allowNull: false },
  attempts: { type: DataTypes.INTEGER, allowNull: false },
  max_attempts: { type: DataTypes.INTEGER, allowNull: false },
  due_at: { type: DataTypes.DATE(3), allowNull: false },
  lease: { type: DataTypes.STRING(40), allowNull: true },
  last_error: { type: DataTypes.TEXT, allowNull: true },
  created_at: { type: DataTypes.DATE(3), allowNull: false },
};
export const Job = defineModel<JobRow>('core_jobs', jobColumns);

export interface ScheduleRow {
  name: string;
  next_at: Date;
  last_at: Date | null;
}
export const scheduleColumns = {
  name: { type: DataTypes.STRING(120), primaryKey: true },
  next_at: { type: DataTypes.DATE(3), allowNull: false },
  last_at: { type: DataTypes.DATE(3), allowNull: true },
};
export const ScheduleState = defineModel<ScheduleRow>('core_schedules', scheduleColumns);
