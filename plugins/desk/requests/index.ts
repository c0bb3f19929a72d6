import type { PluginContext } from '../../../core/api.js';
import { sees } from '../rights.js';
import { Announcer } from './announcer.js';
import { DraftService } from './drafts.js';
import { Intake } from './intake.js';
import { MessageService } from './message-service.js';
import { newRequestPages } from './new-request-pages.js';
import { reportPages } from './report-pages.js';
import { RequestChanges } from './request-changes.js';
import { RequestDetails } from './request-details.js';
import { RequestParts } from './request-parts.js';
import { RequestReading } from './request-reading.js';
import { RequestService } from './request-service.js';
import { RequestTies } from './request-ties.js';
import { RequestWriter } from './request-writer.js';
import { requestApi } from './rest.js';
import { Thread } from './thread.js';

/** Registered before any page, because requests and orders need each other. */
export const requestServices = [
  RequestWriter,
  Thread,
  Announcer,
  DraftService,
  MessageService,
  RequestDetails,
  RequestChanges,
  RequestParts,
  Intake,
  RequestService,
  RequestTies,
  RequestReading,
] as const;

/** Requests and their conversations. */
export function addRequests(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  for (const pages of [reportPages, newRequestPages]) ctx.pages('staff', pages);
  ctx.api(requestApi);
  ctx.files.guard('desk.message', (actor, id) => sees(() => resolve(MessageService).sees(actor, id)));
  ctx.jobs.handle('release', async ({ messageId }) => resolve(MessageService).release(Number(messageId)));
  ctx.jobs.every('release-due', { minutes: 1 }, () => resolve(MessageService).releaseDue());
}
