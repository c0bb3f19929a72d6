import { guard, listOf, listQuery, z, type Actor, type ApiRouter } from '../../../core/api.js';
import { id } from '../inputs.js';

interface Operations<Row, Q extends z.ZodRawShape, B extends z.ZodType, R extends z.ZodType> {
  /** The last part of the permissions' subject and, with an s, of the paths. */
  name: 'installation' | 'device' | 'project';
  /** In the summaries: "a device". */
  one: string;
  /** The words that `q` finds. */
  finds: string;
  /** Filters of the list besides customer, words and state. */
  filters: Q;
  body: B;
  response: R;
  list(actor: Actor, filter: z.output<z.ZodObject<Q>> & Common): Promise<{ rows: Row[]; next: string | null }>;
  service: {
    get(actor: Actor, id: number): Promise<Row>;
    create(actor: Actor, customerId: number, input: z.output<B>): Promise<Row>;
    update(actor: Actor, id: number, input: z.output<B>): Promise<void>;
  };
  shown(row: Row): z.input<R>;
}
const common = listQuery.extend({ customerId: id.optional(), q: z.string().max(200).optional(), active: z.stringbool().optional() });
type Common = z.output<typeof common>;

/** List, one, add and change of what the register keeps of customers: the same services and rights as the pages. */
export function thingOperations<Row, Q extends z.ZodRawShape, B extends z.ZodType, R extends z.ZodType>(api: ApiRouter, of: Operations<Row, Q, B, R>): void {
  const { name, one, body, response, service, shown } = of;
  const read = guard(`customers.${name}.read`);
  const write = guard(`customers.${name}.manage`, 'write');
  const query = common.extend({ q: common.shape.q.describe(`Words of ${of.finds}, from their beginning.`), ...of.filters });
  const list = { summary: `${one.replace(/^an? (.)/, (_, first: string) => first.toUpperCase())}s in reach, by name`, query, response: listOf(response) };
  api.on('get', `/${name}s`, read, list, async (c) => {
    const { rows, next } = await of.list(c.actor, c.query as z.output<z.ZodObject<Q>> & Common);
    return { items: rows.map(shown), next } as never;
  });
  api.on('get', `/${name}s/:id`, read, { summary: `Read ${one}`, response }, async (c) => shown(await service.get(c.actor, c.id())));
  api.on('post', `/customers/:id/${name}s`, write, { summary: `Add ${one} to a customer`, body, response, status: 201 }, async (c) =>
    shown(await service.create(c.actor, c.id(), c.body)),
  );
  api.on('put', `/${name}s/:id`, write, { summary: `Save the data of ${one}; what is left out becomes empty`, body, response }, async (c) => {
    await service.update(c.actor, c.id(), c.body);
    return shown(await service.get(c.actor, c.id()));
  });
}
