import { z } from 'zod';
import type { Explainer } from '../../access/explainer.js';
import { guard } from '../../http/types.js';
import { listOf, listQuery, type ApiModule } from '../../rest/types.js';
import { sentence } from '../explain.js';

const object = z.string().max(200).describe('Kind and id, such as `desk.order:12`.');
const answer = z.object({
  allowed: z.boolean(),
  steps: z
    .array(z.object({ ok: z.boolean().nullable(), text: z.string(), href: z.string().nullable() }))
    .describe('The chain of rules, in the language of the caller.'),
});
const reader = z.object({ id: z.number().int(), kind: z.enum(['staff', 'customer']), name: z.string(), email: z.string(), because: z.string() });
const read = guard('core.access.explain');

/** Why somebody may or may not, and who may. */
export function explainApi({ explainer }: { explainer: Explainer }): ApiModule {
  return (api) => {
    api.on(
      'get',
      '/explain',
      read,
      {
        summary: 'Explain why an account may or may not do something',
        description: 'Within what the caller sees: an account or a thing outside of it is 404.',
        query: z.object({ account: z.coerce.number().int().positive(), permission: z.string().max(200), object: object.optional() }),
        response: answer,
      },
      async (c) => {
        const { allowed, steps } = await explainer.explain(c.actor, c.query);
        return { allowed, steps: steps.map((step) => ({ ok: step.ok, text: sentence(c, step), href: step.href ?? null })) };
      },
    );
    api.on(
      'get',
      '/explain/readers',
      read,
      { summary: 'List the accounts that may read a thing', query: listQuery.extend({ object }), response: listOf(reader) },
      async (c) => {
        const { readers, next } = await explainer.readers(c.actor, c.query.object, Number(c.query.after ?? 0) || 0, c.query.limit);
        const items = readers.map(({ account: { id, kind, name, email }, why }) => ({
          id,
          kind,
          name,
          email,
          because: why ? c.t(why.key, why.vars) : c.t('core:explain.service.shows'),
        }));
        return { items, next: next === null ? null : String(next) };
      },
    );
  };
}
