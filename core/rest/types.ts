import type { Request } from 'express';
import { z } from 'zod';
import type { Actor } from '../access/types.js';
import type { Vars } from '../errors.js';
import type { Guard, Resolve } from '../http/types.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export type ApiSite = 'staff' | 'portal';

/** What the document says of an operation, in English: it is for those who write programs. */
export interface OperationText {
  /** One line, without a full stop. */
  summary: string;
  /** What a caller must know beyond that: sentences, may hold Markdown. */
  description?: string;
  /** 200 if absent; 204 answers without a body, whatever the handler returns. */
  status?: 200 | 201 | 202 | 204;
  /** Parts of the path that are not ids: `{ plugin: z.string() }`. */
  params?: Readonly<Record<string, z.ZodType>>;
  /** Refusals of the service that do not follow from path, guard and input, such as 409. */
  errors?: readonly number[];
  /** Where it is served; absent = on the sites whose accounts can hold the guard's permission. */
  sites?: readonly ApiSite[];
  /** False for what cannot stand inside of one transaction: it talks to other machines or starts and stops parts of the product. */
  transaction?: false;
  /** Type of an answer that is not JSON, such as `text/csv`: the handler returns the text, or of what is read a `Buffer`. */
  content?: string;
}
/**
 * One REST operation, mounted at `/api/v1/<path>`; the OpenAPI document is generated from it.
 * Schemas of pages can be used as they are: names like `customer_id` are `customerId` in JSON, and what is not declared is refused.
 */
export interface ApiOperation<Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> extends OperationText {
  query?: Q;
  body?: B;
  /** What is sent; lists are `listOf(item)`. */
  response: R;
}
/** An operation as the document is made from it. */
export interface Operation extends OperationText {
  query: z.ZodType;
  /** Null: it takes none. */
  body: z.ZodType | null;
  response: z.ZodType;
  status: 200 | 201 | 202 | 204;
}
/** What a REST operation gets: input is parsed already. */
export interface ApiContext<Q, B> {
  readonly req: Request;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly body: B;
  readonly language: string;
  t(key: string, vars?: Vars): string;
  /** A positive integer of the path. @throws NotFoundError */
  id(name?: string): number;
}
/** REST operations of one plugin. `path` begins with the plugin's word, such as `/desk/orders/:id`; the handler's answer is sent as JSON. */
export interface ApiRouter {
  on<Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    method: Method,
    path: string,
    guard: Guard,
    operation: ApiOperation<Q, B, R>,
    handler: (c: ApiContext<z.output<Q>, z.output<B>>) => Promise<z.input<R>>,
  ): void;
}
/** Registers REST operations. Runs when the plugin starts. */
export type ApiModule = (api: ApiRouter, resolve: Resolve) => void;

/** The one shape of lists: a page of items, and the cursor that `after` of the next request takes (null = that was all). */
export const listOf = <S extends z.ZodType>(item: S) => z.object({ items: z.array(item), next: z.string().nullable() });
/** The query of lists; add filters with `.extend({ ... })`. */
export const listQuery = z.object({
  after: z.string().max(400).optional().describe('The `next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(25).describe('How many items at most.'),
});
/** A time in answers: a `Date`, sent as ISO 8601 in UTC. */
export const time = z.custom<Date>((value) => value instanceof Date).meta({ type: 'string', format: 'date-time' });
