import { ACCESS, CLOCK, SETTINGS, type PageContext, type Resolve } from '../../../core/api.js';
import { requestResource } from '../sight.js';
import type { RequestRow } from '../types.js';
import { ClockService } from './clock-service.js';
import { dueLook, slaView, type DueLook, type SlaView } from './due-look.js';

/** For `{{#if sla}}{{> desk/sla sla=sla}}{{/if}}` on a page of a request; null when nothing is promised, and for those who only read it. */
export async function slaOf(c: PageContext, resolve: Resolve, request: Parameters<typeof requestResource>[0]): Promise<SlaView | null> {
  if (!(await resolve(ACCESS).can(c.actor, 'desk.request.manage', requestResource(request)))) return null;
  return slaView(c, await resolve(ClockService).of(c.actor, request.id), resolve(CLOCK).now(), resolve(SETTINGS).get('desk.dueSoon'));
}

/** Gives rows of requests their badge `due`, from what is stored with them. */
export function withDue<T extends Pick<RequestRow, 'due_at' | 'open'>>(c: PageContext, resolve: Resolve, rows: readonly T[]): (T & { due: DueLook | null })[] {
  const [now, soon] = [resolve(CLOCK).now(), resolve(SETTINGS).get('desk.dueSoon')];
  return rows.map((row) => ({ ...row, due: dueLook(c, row, now, soon) }));
}
