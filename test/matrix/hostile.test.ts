import { expect } from 'chai';
import type { Route } from '../../core/http/routes.js';
import type { Answer, Client } from '../support/client.js';
import { faultsOf } from './html.js';
import { parallel } from './parallel.js';
import { rows } from './rows/index.js';
import type { Row } from './rows/types.js';
import { createWorld, type World } from './world.js';

/** More than any form may be; what is merely too long for its field comes back in its form (test/browser/bad-input). */
const huge = 'x'.repeat(3 * 1_048_576);
const queries = [
  'q[]=1&q[a]=b&after[]=x&status[]=open',
  'q=a&q=b&status=x&status=y&after=1&after=2&show=1&show=2',
  '__proto__[x]=1&constructor=1&prototype=1&__proto__=2',
  'after=bm9wZQ&before=-1&page=-1&limit=1e9&status=__proto__&sort=constructor&technician=abc&customer=NaN&view=toString&category=%00',
  'q=%00%ff%fe&after=%00&module=%00&kind=%00',
  'q=%E0%A4%A&after=%',
  `q=${'%F0%9F%92%A5'.repeat(300)}`,
  `q=${encodeURIComponent('\' OR 1=1 -- " ; DROP TABLE core_accounts; %_!')}`,
  'next=//evil.example&customer=99999999999999999999&installation=1e400',
  `after=${Buffer.from('["x",{"$gt":""}]').toString('base64url')}`,
  `after=${Buffer.from('[null,null,null]').toString('base64url')}&q=${'('.repeat(150)}`,
];
const ids = [
  '0',
  '-1',
  '1.5',
  '1e3',
  '0x1',
  '01',
  '99999999999999999999',
  '2147483648',
  '%00',
  'abc',
  '__proto__',
  'constructor',
  '1%20',
  '%2e%2e%2f',
  "1'%20OR%20'1'='1",
  '%E0%A4%A',
  '1,2',
  '[object%20Object]',
  'null',
  '%F0%9F%92%A5',
];

/** Operations whose field of the row takes a value that is wrong elsewhere, and why. */
const text = '1; DROP TABLE x';
const valid: Readonly<Record<string, readonly unknown[]>> = {
  // An account of staff may have no role at all.
  'staff put /api/v1/accounts/:id/roles': [[]],
  // A switch takes both of its values.
  'staff put /api/v1/modules/:id': [true],
  // The setting of the row is a line of text that may be empty.
  'staff put /api/v1/settings/:key': ['', text],
  // No level of its own.
  'staff put /api/v1/desk/customers/:id/service-level': [null],
  // No time-out of its own.
  'staff patch /api/v1/roles/:id': [null],
  // A request may have no tag at all.
  'staff put /api/v1/desk/requests/:id/tags': [[]],
  // Names and texts are people's words.
  'staff post /api/v1/roles': [text],
  'staff post /api/v1/projects/:id/rows': [text],
  'staff put /api/v1/projects/:id/rows/:row': [text],
  'staff post /api/v1/desk/orders/:id/rows': [text],
  'staff put /api/v1/desk/orders/:id/rows/:row': [text],
  'staff put /api/v1/desk/orders/:id/work': ['', text],
  'staff post /api/v1/desk/orders/:id/checks': [text],
  'staff put /api/v1/desk/orders/:id/checks/:check': [true],
  'staff put /api/v1/desk/orders/:id/signature': [text],
  'staff post /api/v1/desk/quotations/:id/rows': [text],
  'staff put /api/v1/desk/quotations/:id/rows/:row': [text],
  'staff post /api/v1/desk/checklists': [text],
  'staff put /api/v1/desk/checklists/:id': [text],
};

describe('hostile input: arrays, objects, prototypes, sizes and types in every route (security C1, C4, D5)', function () {
  this.timeout(180_000);
  let world: World;
  const clients: Record<string, Client> = {};
  let checks = 0;
  let total = 0;
  const unexpected: string[] = [];

  before(async () => {
    world = await createWorld();
    for (const name of ['administrator', 'all options at A']) {
      const who = world.who.find((one) => one.name === name);
      if (who?.account) clients[who.site] = await world.t.client(who.site, who.account);
    }
  });
  after(async () => {
    console.log(`      hostile: ${checks} checks, ${total} unexpected`);
    await world.t.close();
  });
  const routesOf = (test: (route: Route) => boolean): { route: Route; row: Row; thing: string | number; path: string; client: Client }[] =>
    world.t.app.slots.routes.filter(test).flatMap((route) => {
      const row = rows[`${route.site} ${route.method} ${route.path}`];
      const client = clients[route.site];
      if (!row || !client || row.skip || /sign-out|sessions/.test(route.path)) return [];
      const things = row.thing ? world.things[row.thing] : undefined;
      const thing = row.thing ? (things?.own ?? things?.missing ?? 999_999) : '';
      return [{ route, row, thing, path: row.path(thing), client }];
    });
  // A busy server says that it is: that is what it is asked there.
  const ready = (what: string, status: number) => what.includes(' /health/ready') && status === 503;
  const judge = (answer: Answer, what: string, allowed: (status: number) => boolean = (status) => status < 500): void => {
    checks += 1;
    if (!allowed(answer.status) && !ready(what, answer.status)) unexpected.push(`${what}: ${answer.status}`);
    const faults = faultsOf(answer);
    if (faults.length > 0) unexpected.push(`${what}: ${faults.join('; ')}`);
  };
  const settle = (): void => {
    const found = unexpected.splice(0);
    total += found.length;
    expect(found.slice(0, 40), `${found.length} unexpected`).to.deep.equal([]);
  };

  it('in the query of every page', async () => {
    await parallel(
      routesOf(({ method }) => method === 'get'),
      async ({ route, path, client }) => {
        for (const query of queries)
          judge(await client.get(`${path}${path.includes('?') ? '&' : '?'}${query}`), `${route.site} ${route.path}?${query.slice(0, 60)}`);
      },
    );
    settle();
  });

  it('in place of every id: never a thing, never a fault', async () => {
    await parallel(
      routesOf(({ path }) => /\/:/.test(path) && !/:token|:plugin/.test(path)),
      async ({ route, client }) => {
        for (const id of ids) {
          const path = route.path.replace(/:(\w+)$|:(\w+)/g, id);
          const headers: Record<string, string> = { 'x-csrf-token': client.csrf };
          if (route.operation?.body) headers['content-type'] = 'application/json';
          const body = route.operation?.body ? '{}' : undefined;
          const answer = await client.request(route.method.toUpperCase(), path, route.method === 'get' ? {} : { body, headers });
          // A form may be wrong before its thing is looked for.
          judge(answer, `${route.site} ${route.method} ${path}`, (status) => status === 404 || status === 400 || (route.method !== 'get' && status === 422));
        }
      },
    );
    settle();
  });

  it('in every field of every form', async () => {
    await parallel(
      routesOf(({ method, kind }) => method === 'post' && kind === 'page'),
      async ({ route, row, thing, path, client }) => {
        const page = await client.get(path);
        const names = new Set([...page.text.matchAll(/\sname="([\w.:-]+)"/g)].map(([, name]) => name!).filter((name) => name !== '_csrf'));
        const body = row.body?.(world, thing) ?? {};
        for (const name of Object.keys(body)) names.add(name);
        names.add('id');
        const send = (pairs: [string, string][], what: string) =>
          client
            .request('POST', path, { body: new URLSearchParams([['_csrf', client.csrf], ...pairs]) })
            .then((answer) => judge(answer, `${route.site} ${path} with ${what}`));
        const each = (value: (name: string) => [string, string][]) => [...names].flatMap(value);
        await send(
          each((name) => [
            [name, '1'],
            [name, '2'],
          ]),
          'each field twice',
        );
        await send(
          each((name) => [
            [`${name}[]`, '1'],
            [`${name}[a]`, '2'],
            [`${name}[__proto__][x]`, '3'],
            [`${name}.length`, '9'],
          ]),
          'arrays and objects',
        );
        await send(
          [
            ['__proto__', '1'],
            ['constructor', '1'],
            ['__proto__[x]', '1'],
            ['constructor[prototype][x]', '1'],
            ['toString', '1'],
            ['hasOwnProperty', '1'],
          ],
          'prototypes',
        );
        await send(
          each((name) => [[name, '\u0000\ud800\u202e<script>alert(1)</script>{{constructor}}\r\nSet-Cookie: a=b']]),
          'hostile text',
        );
        await send(
          each((name) => [[name, '-1e400']]),
          'numbers without end',
        );
        await send(
          each((name) => [[name, 'å'.repeat(6_000)]]),
          'long text',
        );
        await send(
          each((name) => [[name, '']]),
          'nothing',
        );
        const raw = (content: string, type: string, what: string, allowed?: (status: number) => boolean) =>
          client
            .request('POST', path, { body: content, headers: { 'content-type': type, 'x-csrf-token': client.csrf } })
            .then((answer) => judge(answer, `${route.site} ${path} with ${what}`, allowed));
        const [first = 'id'] = names;
        await raw(`${first}=${huge}`, 'application/x-www-form-urlencoded', 'a field of 3 MiB', (status) => status === 413);
        await raw(
          Array.from({ length: 2_000 }, (_, i) => `f${i}=1`).join('&'),
          'application/x-www-form-urlencoded',
          '2000 fields',
          (status) => status === 413 || status === 400,
        );
        await raw('%E0%A4%A=%&&==', 'application/x-www-form-urlencoded', 'broken encoding');
        await raw('[{"a":1}]', 'application/json', 'JSON');
        await raw('--x\r\nbroken', 'multipart/form-data; boundary=x', 'a broken multipart body');
        await raw('--x\r\n', 'multipart/form-data', 'multipart without boundary');
        await raw('\u0000', 'text/plain', 'plain text');
        await raw('a=1', 'application/x-www-form-urlencoded; charset=utf-7', 'an unknown charset');
      },
    );
    settle();
  });

  it('in the body of every operation', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const values = [
      '[]',
      '{}',
      'null',
      '1',
      '"x"',
      '{"__proto__":{"admin":true}}',
      '{"constructor":{"prototype":{"x":1}}}',
      deep,
      '{',
      '',
      '\u0000',
      `{"text":"${huge}"}`,
    ];
    await parallel(
      // What takes no body cannot be given a wrong one.
      routesOf(({ method, kind, operation }) => method !== 'get' && kind === 'api' && operation?.body !== null),
      async ({ route, path, row, thing, client }) => {
        const names = Object.keys(row.body?.(world, thing) ?? {});
        const bodyOf = (value: unknown) => JSON.stringify(Object.fromEntries(names.map((name) => [name, value])));
        const wrong = [[], {}, [[]], { a: 1 }, true, null, -1, 1e308, 1.5, '', text, { $gt: '' }].map(bodyOf);
        const fine = (valid[`${route.site} ${route.method} ${route.path}`] ?? []).map(bodyOf);
        for (const body of [...values, ...wrong]) {
          const answer = await client.request(route.method.toUpperCase(), path, {
            body,
            headers: { 'content-type': 'application/json', 'x-csrf-token': client.csrf },
          });
          judge(answer, `${route.site} ${path} with ${body.slice(0, 50)}`, (status) =>
            fine.includes(body)
              ? // A form of the tests before may have removed the thing.
                [200, 201, 404].includes(status)
              : // To change nothing is no mistake.
                status === 200
                ? route.method === 'patch' && (body === '{}' || body === '')
                : [400, 404, 413, 422].includes(status),
          );
        }
        for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
          const answer = await client.request(route.method.toUpperCase(), path, { body: '{}', headers: { 'content-type': type, 'x-csrf-token': client.csrf } });
          judge(answer, `${route.site} ${path} as ${type}`, (status) => status === 400 || status === 415);
        }
      },
    );
    settle();
  });

  it('leaves no fault at any plugin, and prototypes as they were', () => {
    for (const { id, faults, lastFault } of world.t.app.host.list()) expect([id, faults, lastFault?.message]).to.deep.equal([id, 0, undefined]);
    expect(({} as Record<string, unknown>)['x']).to.equal(undefined);
    expect(({} as Record<string, unknown>)['admin']).to.equal(undefined);
  });
});
