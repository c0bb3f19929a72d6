import type { Request } from 'express';
import type { Actor } from '../access/types.js';
import type { SessionInfo } from '../accounts/types.js';

/** What the site found out about a request before any plugin saw it. */
export interface RequestState {
  id: string;
  site: string;
  session: SessionInfo | null;
  actor: Actor;
  language: string;
  /** Permission ids the actor holds anywhere. */
  held: ReadonlySet<string>;
  /** Somebody else looks at what this account would see: only pages that are read are served. */
  preview?: boolean;
}

const states = new WeakMap<Request, RequestState>();

export function setState(req: Request, state: RequestState): void {
  states.set(req, state);
}
/** @throws Error on a request that did not come through a site */
export function stateOf(req: Request): RequestState {
  const state = states.get(req);
  if (!state) throw new Error('request outside a site');
  return state;
}
export function hasState(req: Request): boolean {
  return states.has(req);
}

/** Reads one cookie; sites share a host name, so each has its own names. */
export function cookie(header: string | undefined, name: string): string | null {
  if (!header) return null;
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) {
      try {
        return decodeURIComponent(part.slice(at + 1).trim());
      } catch {
        return null;
      }
    }
  }
  return null;
}
