import { guard, listOf, listQuery, z, type ApiRouter, type Message } from '../../../../core/api.js';
import { flag } from '../../inputs.js';
import type { ImportRow } from '../tables.js';
import type { FileImports } from './file-imports.js';

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
  kept: z.boolean().describe('Could not be put back by the undo.'),
  errors: z.record(z.string(), z.string()),
  changes: z.record(z.string(), z.array(z.unknown())).describe('Before and after by field.'),
});
interface Operations {
  /** Such as `/customer-imports`. */
  path: string;
  imports: FileImports;
  /** In the summaries: "customers". */
  of: string;
  /** What names in a line what came of it. */
  idField: string;
  invites?: boolean;
}

/** Imports over REST: checked as they are sent, then run, then undone. */
export function importOperations(api: ApiRouter, { path, imports, of, idField, invites = false }: Operations): void {
  const { kind } = imports;
  const [read, write] = [guard(kind.permission), guard(kind.permission, 'import')];
  const body = z.object({
    fileName: z.string().trim().min(1).max(200),
    csv: z.string().min(1).max(900_000),
    mapping: z
      .array(z.enum(['', ...kind.fields]))
      .max(100)
      .optional(),
  });
  const withInvite = body.extend({ invite: flag.default(false) });
  api.on(
    'post',
    path,
    write,
    {
      summary: `Check what an import of ${of} would do`,
      description: 'Nothing is written but the verdict of each line. Columns are matched by their headings unless `mapping` says otherwise.',
      body: invites ? withInvite : (body as unknown as typeof withInvite),
      response: importState,
      status: 202,
    },
    async (c) => {
      const id = await imports.upload(c.actor, { name: c.body.fileName, bytes: Buffer.from(c.body.csv) });
      const mapping = c.body.mapping ?? (JSON.parse((await imports.get(c.actor, id)).mapping) as string[]);
      await imports.check(c.actor, id, { mapping, invite: invites && c.body.invite });
      return toState(await imports.get(c.actor, id));
    },
  );
  api.on('get', `${path}/:id`, read, { summary: `How far an import of ${of} is`, response: importState }, async ({ actor, id }) =>
    toState(await imports.get(actor, id())),
  );
  api.on(
    'get',
    `${path}/:id/lines`,
    read,
    {
      summary: `What comes of each line of an import of ${of}`,
      query: listQuery.extend({ verdict: z.enum(['create', 'change', 'same', 'refuse']).optional() }),
      response: listOf(line.extend({ [idField]: z.number().int().nullable() })),
    },
    async (c) => {
      const { after, limit, verdict } = c.query;
      const found = await imports.lines(c.actor, c.id(), { verdict, limit, after: Number(after) || undefined });
      const items = found.lines.map((row) => {
        const detail = JSON.parse(row.detail ?? '{}') as Record<string, unknown>;
        const refused = row.verdict === 'refuse';
        const errors = Object.entries(refused ? (detail as Record<string, Message>) : {}).map(([field, { key, vars }]) => [field, c.t(key, vars)]);
        const changes = refused ? {} : (detail as Record<string, unknown[]>);
        const of = { [idField]: row[kind.column] } as object;
        return {
          line: row.line,
          verdict: row.verdict,
          ...of,
          kept: row.state === 'kept',
          errors: Object.fromEntries(errors) as Record<string, string>,
          changes,
        };
      });
      return { items, next: found.next === null ? null : String(found.next) } as never;
    },
  );
  for (const [action, summary] of [
    ['run', 'Write what the check showed'],
    ['undo', 'Undo an import'],
  ] as const) {
    api.on(
      'post',
      `${path}/:id/${action}`,
      write,
      { summary: `${summary} of ${of}`, response: importState, status: 202, errors: [409] },
      async ({ actor, id }) => {
        await imports[action](actor, id());
        return toState(await imports.get(actor, id()));
      },
    );
  }
}

function toState({ id, file_name, status, total, done, mapping }: ImportRow) {
  return { id, fileName: file_name, status, rows: total, done, mapping: JSON.parse(mapping) as string[] };
}
