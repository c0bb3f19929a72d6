import { guard, listOf, listQuery, stepUp, time, z, type ApiModule, type Message } from '../../../core/api.js';
import { flag } from '../inputs.js';
import { CustomerService } from '../register/customer-service.js';
import { CustomerErasure } from './erasure-service.js';
import { importFields } from './import/fields.js';
import { CustomerImports } from './import/import-service.js';
import type { ImportRow } from './tables.js';

const erasure = z.object({
  status: z.enum(['active', 'disabled', 'deleting']),
  eraseAt: time.nullable().describe('When it will be erased, while it is `deleting`.'),
  counts: z.array(z.object({ plugin: z.string(), rows: z.number().int(), files: z.number().int() })),
});
const importState = z.object({
  id: z.number().int(),
  fileName: z.string(),
  status: z.enum(['draft', 'checking', 'checked', 'running', 'done', 'undoing', 'undone', 'failed']),
  rows: z.number().int(),
  done: z.number().int(),
  mapping: z.array(z.string()).describe('Field of each column; empty = left out.'),
});
const line = z.object({
  line: z.number().int().describe('Line of the file.'),
  verdict: z.enum(['create', 'change', 'same', 'refuse']).nullable(),
  customerId: z.number().int().nullable(),
  kept: z.boolean().describe('Could not be put back by the undo.'),
  errors: z.record(z.string(), z.string()),
  changes: z.record(z.string(), z.array(z.unknown())).describe('Before and after by field.'),
});

/** Deleting customers for good and importing them, by REST. */
export const exchangeApi: ApiModule = (api, resolve) => {
  const erasures = resolve(CustomerErasure);
  const imports = resolve(CustomerImports);
  const erase = guard('customers.customer.erase', 'delete');
  const write = guard('customers.customer.import', 'import');
  const state = async (actor: Parameters<CustomerErasure['preview']>[0], id: number) => {
    const counts = await erasures.preview(actor, id);
    const { status, erase_at } = await resolve(CustomerService).get(actor, id);
    return { status, eraseAt: erase_at, counts };
  };

  api.on('get', '/customers/:id/erasure', guard('customers.customer.erase'), { summary: 'What a permanent deletion would delete', response: erasure }, (c) =>
    state(c.actor, c.id()),
  );
  api.on(
    'post',
    '/customers/:id/erasure',
    stepUp(erase),
    {
      summary: 'Delete a customer permanently',
      description:
        'Locks the customer at once; it is erased when the days of the setting are over. Only for a person who has just shown who they are, never for a token.',
      body: z.object({ name: z.string().max(200).describe('The name of the customer, to confirm.') }),
      response: erasure,
      status: 202,
      errors: [409],
    },
    async ({ actor, id, body }) => {
      await erasures.request(actor, id(), body.name);
      return state(actor, id());
    },
  );
  api.on('delete', '/customers/:id/erasure', erase, { summary: 'Call the deletion of a customer off', response: erasure }, async ({ actor, id }) => {
    await erasures.cancel(actor, id());
    return state(actor, id());
  });

  api.on(
    'post',
    '/customer-imports',
    write,
    {
      summary: 'Check what an import of customers would do',
      description: 'Nothing is written but the verdict of each line. Columns are matched by their headings unless `mapping` says otherwise.',
      body: z.object({
        fileName: z.string().trim().min(1).max(200),
        csv: z.string().min(1).max(900_000),
        mapping: z
          .array(z.enum(['', ...importFields]))
          .max(100)
          .optional(),
        invite: flag.default(false),
      }),
      response: importState,
      status: 202,
    },
    async ({ actor, body }) => {
      const id = await imports.upload(actor, { name: body.fileName, bytes: Buffer.from(body.csv) });
      const mapping = body.mapping ?? (JSON.parse((await imports.get(actor, id)).mapping) as string[]);
      await imports.check(actor, id, { mapping, invite: body.invite });
      return toState(await imports.get(actor, id));
    },
  );
  api.on(
    'get',
    '/customer-imports/:id',
    guard('customers.customer.import'),
    { summary: 'How far an import is', response: importState },
    async ({ actor, id }) => toState(await imports.get(actor, id())),
  );
  api.on(
    'get',
    '/customer-imports/:id/lines',
    guard('customers.customer.import'),
    {
      summary: 'What comes of each line',
      query: listQuery.extend({ verdict: z.enum(['create', 'change', 'same', 'refuse']).optional() }),
      response: listOf(line),
    },
    async (c) => {
      const { after, limit, verdict } = c.query;
      const found = await imports.lines(c.actor, c.id(), { verdict, limit, after: Number(after) || undefined });
      const items = found.lines.map((row) => {
        const detail = JSON.parse(row.detail ?? '{}') as Record<string, unknown>;
        const refused = row.verdict === 'refuse';
        const errors = Object.entries(refused ? (detail as Record<string, Message>) : {}).map(([field, { key, vars }]) => [field, c.t(key, vars)]);
        const changes = refused ? {} : (detail as Record<string, unknown[]>);
        return {
          line: row.line,
          verdict: row.verdict,
          customerId: row.customer_id,
          kept: row.state === 'kept',
          errors: Object.fromEntries(errors) as Record<string, string>,
          changes,
        };
      });
      return { items, next: found.next === null ? null : String(found.next) };
    },
  );
  for (const [action, summary] of [
    ['run', 'Write what the check showed'],
    ['undo', 'Undo an import'],
  ] as const) {
    api.on('post', `/customer-imports/:id/${action}`, write, { summary, response: importState, status: 202, errors: [409] }, async ({ actor, id }) => {
      await imports[action](actor, id());
      return toState(await imports.get(actor, id()));
    });
  }
};

function toState({ id, file_name, status, total, done, mapping }: ImportRow) {
  return { id, fileName: file_name, status, rows: total, done, mapping: JSON.parse(mapping) as string[] };
}
