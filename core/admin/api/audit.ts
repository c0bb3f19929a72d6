import { z } from 'zod';
import { AuditReader } from '../../audit/audit-reader.js';
import type { AuditRow } from '../../audit/model.js';
import { decodeCursor, encodeCursor } from '../../database/cursor.js';
import type { Database } from '../../database/types.js';
import { NotFoundError } from '../../errors.js';
import { guard } from '../../http/types.js';
import { listOf, listQuery, time, type ApiModule } from '../../rest/types.js';

const values = z.record(z.string(), z.unknown()).nullable();
const entry = z.object({
  id: z.number().int(),
  at: time,
  accountId: z.number().int().nullable().describe('Who did it; null = the system.'),
  onBehalfOf: z.number().int().nullable(),
  channel: z.string(),
  token: z.string().nullable().describe('Number and name of the API token.'),
  ip: z.string().nullable(),
  action: z.string(),
  objectKind: z.string().nullable(),
  objectId: z.string().nullable(),
  objectName: z.string().nullable(),
  customerId: z.number().int().nullable(),
  before: values,
  after: values,
  seq: z.number().int().nullable().describe('Place in the hash chain; null until it is sealed.'),
  hash: z.string().nullable(),
});
const word = (length: number) =>
  z
    .string()
    .max(length)
    .regex(/^[\w.:-]+$/)
    .optional();
const query = listQuery.extend({
  account_id: z.coerce.number().int().positive().optional(),
  action: word(120),
  object_kind: word(80),
  object_id: word(80),
  from: z.iso.datetime().optional().describe('Not before.'),
  to: z.iso.datetime().optional().describe('Before.'),
});

/** The audit log, to read. */
export function auditApi({ db }: { db: Database }): ApiModule {
  const reader = new AuditReader(db);
  return (api) => {
    api.on('get', '/audit', guard('core.audit.read'), { summary: 'What was done, newest first', query, response: listOf(entry) }, async ({ query: asked }) => {
      const { account_id: actor, action, object_kind: objectKind, object_id: objectId, from, to, after, limit } = asked;
      const filter = { actor, action, objectKind, objectId, from: from === undefined ? from : new Date(from), to: to === undefined ? to : new Date(to) };
      const { entries, next } = await reader.page(filter, Number(decodeCursor(after, 1)?.[0]) || null, limit);
      return { items: entries.map(toAnswer), next: next === null ? null : encodeCursor(next) };
    });
    api.on('get', '/audit/:id', guard('core.audit.read'), { summary: 'One entry', response: entry }, async ({ id }) => {
      const row = await reader.get(id());
      if (row === null) throw new NotFoundError();
      return toAnswer(row);
    });
  };
}

function toAnswer(row: AuditRow) {
  const parsed = (text: string | null) => (text === null ? null : (JSON.parse(text) as Record<string, unknown>));
  const { id, at, actor, on_behalf_of, channel, token, ip, action, object_kind, object_id, object_name, customer_id, before, after, seq, hash } = row;
  return {
    id,
    at,
    accountId: actor,
    onBehalfOf: on_behalf_of,
    channel,
    token,
    ip,
    action,
    objectKind: object_kind,
    objectId: object_id,
    objectName: object_name,
    customerId: customer_id,
    before: parsed(before),
    after: parsed(after),
    seq,
    hash,
  };
}
