import type { Things, World } from '../world.js';

export type Body = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;

/** What the matrix must know of a route beyond its guard. */
export interface Row {
  /** The path; `thing` is the id, or the pair of ids, of one relation. */
  path(thing: string | number): string;
  /** Kind of the thing that the path names (see `Things`); absent = the path names none. */
  thing?: keyof Things;
  /** A permission that the service asks for beyond the guard's: 403 without it on a thing that is seen. */
  needs?: string;
  /** Answers of those who may; else 200 for GET, and anything but a refusal or a fault for what writes. */
  answers?: readonly number[];
  /** A valid body, where without one the answer would be "invalid" before anything is looked up. */
  body?(world: World, thing: string | number): Body;
  /** Puts back what the route did, so that the next actor finds the same. */
  undo?(world: World): Promise<void>;
  /** Why nobody who may is sent through it. */
  skip?: string;
}

export const at = (path: string, more: Partial<Row> = {}): Row => ({ path: () => path, ...more });
export const of = (thing: string, path: (thing: string | number) => string, more: Partial<Row> = {}): Row => ({ path, thing, ...more });
/** The same row on both sites. */
export const everywhere = (key: string, row: Row): Record<string, Row> => ({ [`staff ${key}`]: row, [`portal ${key}`]: row });

export const customer = (id: string | number) => `/customers/${id}`;
/** Of a link's secret that does not exist. */
export const token = 'A'.repeat(43);
/** A fault report at a place. */
export const report = (_world: World, place: string | number): Body => ({ installation_id: place, text: 'It drips again', urgency: 2 });
/** The same by REST, where names are in camelCase. */
export const reportJson = (_world: World, place: string | number): Body => ({ installationId: place, text: 'It drips again', urgency: 2 });
