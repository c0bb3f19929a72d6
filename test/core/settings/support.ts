import type { Actor } from '../../../core/access/types.js';
import type { AuditInput } from '../../../core/audit/types.js';
import { versions } from '../../../core/database/stores.js';
import { ForbiddenError } from '../../../core/errors.js';
import { manifest } from '../../../core/manifest.js';
import type { Log } from '../../../core/plugin/context.js';
import { SettingsService } from '../../../core/settings/settings-service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

export const admin: Actor = {
  kind: 'staff',
  account: { id: 1, kind: 'staff', name: 'Astrid', email: 'astrid@example.com', language: 'en', timeZone: 'Europe/Stockholm' },
  onBehalfOf: null,
  sessionId: 1,
  channel: 'page',
  ip: '127.0.0.1',
};
export const agent: Actor = { ...admin, account: { ...(admin.account as NonNullable<Actor['account']>), id: 2, name: 'Erik' } };

export interface Bench {
  service: SettingsService;
  audit: AuditInput[];
  events: unknown[];
  logged: string[];
  poll(): Promise<void>;
}

/** A settings service with the core's declarations on a database; more than one may share it. */
export async function openSettings(place: TestDatabase): Promise<Bench> {
  const audit: AuditInput[] = [];
  const events: unknown[] = [];
  const logged: string[] = [];
  const log: Log = {
    info: () => undefined,
    warn: (_data, message) => void logged.push(message),
    error: (data, message) => void logged.push(`${message} ${JSON.stringify(data)}`),
  };
  const changes = versions(place.db);
  await changes.poll();
  const service = new SettingsService({
    db: place.db,
    dataDir: place.dataDir,
    log,
    versions: changes,
    clock: { now: () => new Date('2026-11-22T08:00:00.000Z') },
    audit: { record: async (_actor, entry) => void audit.push(entry) },
    events: { emit: (_name, payload) => void events.push(payload) },
    access: {
      assert: async (actor) => {
        if (actor.kind !== 'system' && actor.account?.id !== 1) throw new ForbiddenError();
      },
    },
  });
  service.declare('core', manifest.settings);
  await service.load();
  return { service, audit, events, logged, poll: () => changes.poll() };
}

export { createTestDatabase, type TestDatabase };
