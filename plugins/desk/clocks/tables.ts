import { DataTypes } from 'sequelize';
import { defineModel } from '../../../core/api.js';
import { never } from '../types.js';

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const key = { type: DataTypes.INTEGER, allowNull: false, primaryKey: true };
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const number = { type: DataTypes.INTEGER, allowNull: false };
const maybe = { type: DataTypes.INTEGER };
const moment = { type: DataTypes.DATE(3), allowNull: false };
const perhaps = { type: DataTypes.DATE(3) };

export interface CalendarRow {
  id: number;
  name: string;
  time_zone: string;
  /** JSON: intervals in minutes of the week. */
  hours: string;
  /** Counts the changes of hours and holidays: what was made of an older one is thrown away. */
  version: number;
  removed_at: Date | null;
}
/** Business hours. */
export const Calendars = defineModel<CalendarRow>('desk_calendars', {
  id,
  name: text(80),
  time_zone: text(64),
  hours: { type: DataTypes.TEXT, allowNull: false },
  version: { ...number, defaultValue: 1 },
  removed_at: perhaps,
});

export interface HolidayRow {
  id: number;
  calendar_id: number;
  /** As `2026-12-25`. */
  day: string;
  name: string;
  /** Those that came together in one list, so that they can be taken back together. */
  batch: number | null;
  removed_at: Date | null;
}
/** Days on which a calendar is closed. */
export const Holidays = defineModel<HolidayRow>('desk_holidays', {
  id,
  calendar_id: number,
  day: text(10),
  name: text(80),
  batch: maybe,
  removed_at: perhaps,
});

/** Minutes of business time, null = no promise, for the priorities 1 to 4. */
export type Targets = Record<`${ClockKind}_${1 | 2 | 3 | 4}`, number | null>;
export interface LevelRow extends Targets {
  id: number;
  name: string;
  calendar_id: number;
  /** 1 = for customers without one of their own. */
  standard: number;
  removed_at: Date | null;
}
/** Service levels: how soon is answered and solved. */
export const Levels = defineModel<LevelRow>('desk_levels', {
  id,
  name: text(80),
  calendar_id: number,
  standard: { ...number, defaultValue: 0 },
  respond_1: maybe,
  respond_2: maybe,
  respond_3: maybe,
  respond_4: maybe,
  solve_1: maybe,
  solve_2: maybe,
  solve_3: maybe,
  solve_4: maybe,
  removed_at: perhaps,
});

/** The service level of a customer without a contract. */
export const CustomerLevels = defineModel<{ customer_id: number; level_id: number }>('desk_customer_levels', { customer_id: key, level_id: number });

export interface ContractRow {
  id: number;
  customer_id: number;
  /** Shown to people, such as K-12. */
  number: string;
  level_id: number;
  /** First day, as `2026-01-01`. */
  valid_from: string;
  /** Last day; '9999-12-31' = until further notice. */
  valid_to: string;
  /** Minutes of work per month that are paid with it. */
  included: number;
  removed_at: Date | null;
}
/** Contracts of customers: a service level, from when to when, and hours included. */
export const Contracts = defineModel<ContractRow>('desk_contracts', {
  id,
  customer_id: number,
  number: text(40),
  level_id: number,
  valid_from: text(10),
  valid_to: text(10),
  included: { ...number, defaultValue: 0 },
  removed_at: perhaps,
});

export const clockKinds = ['respond', 'solve'] as const;
/** What is promised: the first answer, or the solution. */
export type ClockKind = (typeof clockKinds)[number];
/** `paused`: while the customer is to answer. `breached`: the time ran out, ended or not. */
export type ClockState = 'running' | 'paused' | 'met' | 'breached';
/** What gave a request its service level. */
export type LevelSource = 'contract' | 'customer' | 'standard';
export interface ClockRow {
  request_id: number;
  kind: ClockKind;
  state: ClockState;
  level_id: number;
  source: LevelSource;
  contract_id: number | null;
  /** Minutes of business time. */
  target: number;
  /** Seconds of business time before `since`. */
  used: number;
  /** From when it counts; null while paused and when ended. */
  since: Date | null;
  /** When the time runs out, or ran out; `never` while paused. */
  due_at: Date;
  ended_at: Date | null;
  /** 1 = it was told that this moment comes soon. */
  warned: number;
}
/** What is promised for a request, and how it stands. */
export const ClockRows = defineModel<ClockRow>('desk_clocks', {
  request_id: key,
  kind: { ...text(8), primaryKey: true },
  state: text(8),
  level_id: number,
  source: text(8),
  contract_id: maybe,
  target: number,
  used: { ...number, defaultValue: 0 },
  since: perhaps,
  due_at: { ...moment, defaultValue: never },
  ended_at: perhaps,
  warned: { ...number, defaultValue: 0 },
});

export interface RecountRow {
  id: number;
  total: number;
  done: number;
  /** Requests up to this one are done. */
  last_id: number;
  created_at: Date;
}
/** Runs over all open requests after hours, holidays, levels or contracts have changed. */
export const Recounts = defineModel<RecountRow>('desk_recounts', {
  id,
  total: { ...number, defaultValue: 0 },
  done: { ...number, defaultValue: 0 },
  last_id: { ...number, defaultValue: 0 },
  created_at: moment,
});
