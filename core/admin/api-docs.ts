import { z } from 'zod';
import type { Access } from '../access/types.js';
import { NotFoundError } from '../errors.js';
import { signedIn, type PageContext, type PageModule } from '../http/types.js';
import { documentOf, type DocsParts } from '../rest/docs.js';
import type { DocumentedOperation } from '../rest/document.js';
import { exampleOf, fieldsOf, typeName, type Field, type Schema } from '../rest/schema.js';
import { fold } from './setting-texts.js';

type Content = { content?: Record<string, { schema: Schema }> };
interface Entry {
  method: string;
  path: string;
  operation: DocumentedOperation;
}
const tones: Record<string, string> = { GET: 'info', POST: 'ok', PUT: 'warn', PATCH: 'warn', DELETE: 'bad' };

/** What programs can do, as far as the rights of whoever reads it go. */
export function apiDocsPages(parts: DocsParts & { access: Access }): PageModule {
  const read = async (c: PageContext) => {
    const document = documentOf(parts, c.site, await parts.access.held(c.actor));
    const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): Entry => ({ method: method.toUpperCase(), path, operation })),
    );
    return { document, entries };
  };
  return (page) => {
    page.get('/api/docs', signedIn(), async (c) => {
      const { q } = c.query(z.object({ q: z.string().max(200).catch('') }));
      const { document, entries } = await read(c);
      const words = fold(q).split(/\s+/).filter(Boolean);
      const found = entries.filter(({ method, path, operation }) => {
        const text = fold(`${method} ${path} ${operation.summary} ${operation['x-permission'] ?? ''}`);
        return words.every((word) => text.includes(word));
      });
      const groups = document.tags.map(({ name, description }) => ({
        name: name === 'core' ? c.t('core:roles.core') : c.t(`${name}:plugin.name`),
        description,
        rows: found.filter(({ operation }) => operation.tags[0] === name).map(toRow),
      }));
      const title = c.t('core:apiDocs.title');
      const rules = ['lists', 'values', 'errors', 'repeat', 'limits'].map((id) => c.t(`core:apiDocs.rule.${id}`));
      c.view('core/api-docs', { title, q, rules, server: document.servers[0]?.url, groups: groups.filter(({ rows }) => rows.length > 0) }, { title });
    });

    page.get('/api/docs/:operation', signedIn(), async (c) => {
      const { document, entries } = await read(c);
      const entry = entries.find(({ operation }) => operation.operationId === c.params['operation']);
      if (!entry) throw new NotFoundError();
      const { operation } = entry;
      const body = operation.requestBody?.content['application/json'].schema;
      const answers = Object.entries(operation.responses).filter(([status]) => Number(status) < 300) as [string, Content][];
      const answer = Object.values(answers[0]?.[1].content ?? {})[0]?.schema;
      c.view(
        'core/api-operation',
        {
          ...toRow(entry),
          description: operation.description && plain(operation.description),
          permission: operation['x-permission'],
          parameters: operation.parameters.flatMap((one) =>
            '$ref' in one
              ? []
              : [{ name: one.name, place: c.t(`core:apiDocs.in.${one.in}`), type: typeName(one.schema), required: one.required, text: one.description }],
          ),
          body: body && table(fieldsOf(body)),
          answer: answer && table(fieldsOf(answer)),
          status: answers[0]?.[0],
          refusals: Object.keys(operation.responses)
            .filter((status) => Number(status) >= 400)
            .map((status) => ({ status, text: c.t(`core:apiDocs.status.${status}`) })),
          curl: curl(document.servers[0]?.url ?? '', entry, body),
        },
        { title: operation.summary },
      );
    });
  };
}

function toRow({ method, path, operation }: Entry) {
  return { id: operation.operationId, method, tone: tones[method], path, summary: operation.summary };
}

/** The marks that set words off in the document mean nothing on a page. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}

/** Without a column for what nobody has said. */
function table(fields: readonly Field[]) {
  return { fields: fields.map((one) => ({ ...one, text: plain(one.text) })), meaning: fields.some(({ text }) => text !== '') };
}

/** What to type to try it. */
function curl(server: string, { method, path }: Entry, body: Schema | undefined): string {
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}"${server}${path.replace(/\{\w+\}/g, '1')}"`, `-H "Authorization: Bearer $TOKEN"`];
  if (method !== 'GET') lines.push('-H "Idempotency-Key: $(uuidgen)"');
  if (body) lines.push('-H "Content-Type: application/json"', `-d '${JSON.stringify(exampleOf(body))}'`);
  return lines.join(' \\\n  ');
}
