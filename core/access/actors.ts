import type { AccountInfo, Actor, ActorToken, Channel } from './types.js';

/** Acts for jobs, migrations and the command line. */
export function systemActor(channel: Channel = 'job'): Actor {
  return { kind: 'system', account: null, onBehalfOf: null, sessionId: null, channel, ip: null };
}
/** Somebody who is not signed in. */
export function anonymousActor(channel: Channel = 'page', ip: string | null = null): Actor {
  return { kind: 'anonymous', account: null, onBehalfOf: null, sessionId: null, channel, ip };
}
/** A person's program, by its token. */
export function tokenActor(account: AccountInfo, token: ActorToken, ip: string | null): Actor {
  return { ...accountActor(account, { channel: 'api', ip }), token };
}
/** A person who is signed in, or who has just proved to be this account. */
export function accountActor(account: AccountInfo, origin: { sessionId?: number | null; channel?: Channel; ip?: string | null } = {}): Actor {
  return { kind: account.kind, account, onBehalfOf: null, sessionId: origin.sessionId ?? null, channel: origin.channel ?? 'page', ip: origin.ip ?? null };
}
