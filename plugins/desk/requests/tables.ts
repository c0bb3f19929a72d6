import { DataTypes } from 'sequelize';
import { defineModel } from '../../../core/api.js';

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const key = { type: DataTypes.INTEGER, allowNull: false, primaryKey: true };
const reference = { type: DataTypes.INTEGER, allowNull: false };
const moment = { type: DataTypes.DATE(3), allowNull: false };

/** Who follows a request without being its solver. */
export const Watchers = defineModel<{ request_id: number; account_id: number }>('desk_request_watchers', { request_id: key, account_id: key });

/** Tags of requests, folded, compared by bytes on every engine; `label` as it was typed. */
export const Tags = defineModel<{ request_id: number; tag: string; label: string }>('desk_request_tags', {
  request_id: key,
  tag: { type: DataTypes.STRING(40, true), allowNull: false, primaryKey: true },
  label: { type: DataTypes.STRING(40), allowNull: false },
});

/** Requests that belong together; each pair stands twice, once from either side. */
export const Links = defineModel<{ request_id: number; other_id: number }>('desk_request_links', { request_id: key, other_id: key });

/** What a line of a request's timeline tells. */
export type RequestEventKind = 'created' | 'changed' | 'tags' | 'merged' | 'linked' | 'unlinked' | 'order' | 'mail';
export interface RequestEventRow {
  id: number;
  request_id: number;
  kind: RequestEventKind;
  actor_id: number | null;
  at: Date;
  /** JSON: `{ before, after }` of what changed, or what the kind needs. */
  data: string;
}
/** The timeline of a request, beside its messages. */
export const RequestEvents = defineModel<RequestEventRow>('desk_request_events', {
  id,
  request_id: reference,
  kind: { type: DataTypes.STRING(12), allowNull: false },
  actor_id: { type: DataTypes.INTEGER },
  at: moment,
  data: { type: DataTypes.TEXT, allowNull: false },
});

export interface MentionRow {
  account_id: number;
  message_id: number;
  request_id: number;
  seen: number;
}
/** Staff who were named in a message, until they have seen it. */
export const Mentions = defineModel<MentionRow>('desk_mentions', {
  account_id: key,
  message_id: key,
  request_id: reference,
  seen: { ...reference, defaultValue: 0 },
});

/** The last message of a request that an account has seen. */
export const Reads = defineModel<{ account_id: number; request_id: number; message_id: number }>('desk_reads', {
  account_id: key,
  request_id: key,
  message_id: reference,
});

export interface DraftRow {
  account_id: number;
  request_id: number;
  kind: 'public' | 'internal';
  text: string;
  updated_at: Date;
}
/** What somebody has typed and not sent. */
export const Drafts = defineModel<DraftRow>('desk_drafts', {
  account_id: key,
  request_id: key,
  kind: { type: DataTypes.STRING(8), allowNull: false, primaryKey: true },
  text: { type: DataTypes.TEXT, allowNull: false },
  updated_at: moment,
});
