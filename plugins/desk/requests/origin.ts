import type { Actor } from '../../../core/api.js';
import { isInside } from '../sight.js';
import type { Origin } from '../types.js';

/** The way by which something of this actor comes in. */
export function originOf(actor: Actor): Origin {
  if (actor.channel === 'mail' || actor.channel === 'api') return actor.channel;
  return isInside(actor) ? 'staff' : 'portal';
}
