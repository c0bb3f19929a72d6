import { expect } from 'chai';
import type { Route } from '../../core/http/routes.js';
import type { Answer, Client } from '../support/client.js';
import { checksums } from './checksums.js';
import { faultsOf } from './html.js';
import { parallel } from './parallel.js';
import { rows } from './rows/index.js';
import type { Row } from './rows/types.js';
import { createWorld, relations, type Relation, type Who, type World } from './world.js';

type Verdict = 'allowed' | 302 | 401 | 403 | 404;
interface Case {
  route: Route;
  row: Row;
  who: Who;
  relation: Relation;
  path: string;
  thing: string | number;
  verdict: Verdict;
}

describe('access matrix, generated from the route table (security §1, KO-06)', function () {
  this.timeout(180_000);
  let world: World;
  let routes: Route[];
  const clients = new Map<Who, Client>();
  let checks = 0;
  let unexpected: string[] = [];
  let total = 0;

  before(async () => {
    world = await createWorld();
    routes = world.t.app.slots.routes;
    for (const who of world.who) clients.set(who, await newClient(who));
  });
  after(async () => {
    console.log(`      matrix: ${checks} checks, ${total} unexpected`);
    await world.t.close();
  });
  /** A test whose checks are counted, and all told when some fail. */
  const proves = (title: string, work: () => void | Promise<void>): void => {
    it(title, async () => {
      unexpected = [];
      await work();
      total += unexpected.length;
      expect(unexpected.slice(0, 40), `${unexpected.length} unexpected`).to.deep.equal([]);
    });
  };

  const newClient = async ({ site, account, token }: Who): Promise<Client> => {
    const client = await world.t.client(site, token ? undefined : (account ?? undefined));
    return Object.assign(client, { token: token?.value ?? null });
  };
  const keyOf = ({ site, method, path }: Route): string => `${site} ${method} ${path}`;
  const check = (sound: boolean, what: () => string): void => {
    checks += 1;
    if (!sound) unexpected.push(what());
  };

  /** What the rules say, from the guard, the row and what the world states of the actor. */
  function verdictOf({ kind, guard, method }: Route, row: Row, who: Who, relation: Relation): Verdict {
    if (guard.open) return 'allowed';
    if (who.token && kind === 'page') return 302;
    if (!who.account || who.token?.dead) return kind === 'api' ? 401 : 302;
    if (guard.permission && !who.holds(guard.permission)) return 403;
    // A program cannot show once more who it is.
    if (who.token && (guard.stepUp || (who.token.readOnly && method !== 'get'))) return 403;
    if (row.thing) {
      const known = world.things[row.thing] ?? {};
      const scoped = 'other' in known;
      const named = world.things[row.thing]?.own === undefined;
      if (relation === 'missing' || relation === 'crossed' || named || (scoped && !who.sees.includes(relation))) return 404;
    }
    return row.needs && !who.holds(row.needs) ? 403 : 'allowed';
  }

  function cases(filter: (route: Route) => boolean): Case[] {
    return routes.filter(filter).flatMap((route) => {
      const row = rows[keyOf(route)];
      if (!row) return [];
      return (
        world.who
          // To a page all tokens are alike: they count for nothing.
          .filter((who) => who.site === route.site && (!who.token || route.kind === 'api' || (who.name === 'token of the administrator' && !route.guard.open)))
          .flatMap((who) =>
            relations.flatMap((relation): Case[] => {
              const thing = row.thing
                ? (world.things[row.thing]?.[relation] ?? (row.thing === 'nothing' && relation === 'missing' ? 999_999 : undefined))
                : relation === 'own'
                  ? ''
                  : undefined;
              return thing === undefined ? [] : [{ route, row, who, relation, path: row.path(thing), thing, verdict: verdictOf(route, row, who, relation) }];
            }),
          )
      );
    });
  }

  function asExpected({ verdict, row, route }: Case, answer: Answer): boolean {
    if (answer.status >= 500) return false;
    if (verdict === 302) return answer.status === 302 && answer.location?.startsWith('/sign-in') === true;
    if (verdict !== 'allowed') return answer.status === verdict;
    if (row.answers) return row.answers.includes(answer.status);
    return route.method === 'get' ? answer.status === 200 : ![302, 401, 403, 404].includes(answer.status);
  }
  const told = ({ route, who, relation, verdict }: Case, answer: Answer, more = ''): string =>
    `${keyOf(route)} by ${who.name}, ${relation}: ${answer.status}${answer.location ? ` ${answer.location}` : ''} instead of ${verdict} ${more}`;

  const look = (answer: Answer, what: string): void => {
    const faults = faultsOf(answer);
    check(faults.length === 0, () => `${what}: ${faults.slice(0, 3).join('; ')}`);
  };

  function send(client: Client, { route, row, path, thing }: Case, options: { csrf?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
    const { csrf = client.csrf, headers = {} } = options;
    const values = row.body?.(world, thing) ?? {};
    const method = route.method.toUpperCase();
    if (route.method === 'get') return client.request(method, path, { headers });
    if (route.kind === 'api')
      return client.request(method, path, { body: JSON.stringify(values), headers: { 'content-type': 'application/json', 'x-csrf-token': csrf, ...headers } });
    return client.request(method, path, {
      body: new URLSearchParams({ _csrf: csrf, ...Object.fromEntries(Object.entries(values).map(([k, v]) => [k, String(v)])) }),
      headers,
    });
  }
  const clientOf = (who: Who): Client => clients.get(who) ?? clients.values().next().value!;
  const reads = (route: Route): boolean => route.method === 'get';

  async function changesNothing(work: () => Promise<void>): Promise<void> {
    const before = await checksums(world.t);
    await work();
    const after = await checksums(world.t);
    for (const name of Object.keys({ ...before, ...after })) check(before[name] === after[name], () => `${name} changed: ${before[name]} -> ${after[name]}`);
  }

  proves('has a row for every route of both sites, and no row without a route', () => {
    const keys = routes.filter((route) => route.site === 'staff' || route.site === 'portal').map(keyOf);
    for (const key of keys) check(rows[key] !== undefined, () => `no row for ${key}`);
    for (const key of Object.keys(rows)) check(keys.includes(key), () => `no route for the row ${key}`);
    check(new Set(keys).size === keys.length, () => 'a route exists twice');
  });

  proves('reading: no session, no right, out of reach, missing, allowed; pages of others are as if they did not exist', async () => {
    await parallel(
      groups(cases(reads), ({ route, who }) => `${keyOf(route)} ${who.name}`),
      async (group) => {
        const missing: string[] = [];
        for (const one of group) {
          const answer = await send(clientOf(one.who), one);
          check(asExpected(one, answer), () => told(one, answer));
          look(answer, keyOf(one.route));
          // What cannot be seen and what does not exist must answer alike, to the byte.
          if (answer.status === 404) missing.push(`${one.relation} ${likeness(one.path, answer)}`);
        }
        const kinds = new Set(missing.map((text) => text.slice(text.indexOf(' ') + 1)));
        if (missing.length > 1)
          check(
            kinds.size === 1,
            () => `${keyOf(group[0]!.route)} by ${group[0]!.who.name}: 404 tells ${missing.map((text) => text.split(' ')[0]).join(' from ')}`,
          );
      },
    );
  });

  proves('writing: the same verdicts, and a refusal has no effect', async () => {
    const refused = cases((route) => !reads(route)).filter(({ verdict }) => verdict !== 'allowed');
    expect(refused.length).to.be.greaterThan(300);
    await changesNothing(() =>
      parallel(
        groups(refused, ({ route, who }) => `${keyOf(route)} ${who.name}`),
        async (group) => {
          const missing = new Set<string>();
          for (const one of group) {
            const answer = await send(clientOf(one.who), one);
            check(asExpected(one, answer), () => told(one, answer));
            look(answer, keyOf(one.route));
            if (answer.status === 404) missing.add(likeness(one.path, answer));
          }
          check(missing.size <= 1, () => `${keyOf(group[0]!.route)} by ${group[0]!.who.name}: the 404 differ`);
        },
      ),
    );
  });

  proves('a form from elsewhere, without its token or with a wrong one is refused, also for those who may; without effect', async () => {
    const allowed = cases((route) => !reads(route)).filter(({ verdict, who }) => verdict === 'allowed' && who.account !== null && !who.token);
    await changesNothing(() =>
      parallel(allowed, async (one) => {
        const client = clientOf(one.who);
        const ways: [string, Parameters<typeof send>[2]][] = [
          ['foreign origin', { headers: { origin: 'https://evil.example' } }],
          ['null origin', { headers: { origin: 'null' } }],
          ['cross-site', { headers: { 'sec-fetch-site': 'cross-site' } }],
          ['no token', { csrf: '' }],
          ['wrong token', { csrf: 'x'.repeat(client.csrf.length) }],
        ];
        for (const [name, options] of ways) {
          const answer = await send(client, one, options);
          check(answer.status === 403, () => told({ ...one, verdict: 403 }, answer, name));
        }
      }),
    );
  });

  proves('a session counts on its own site only', async () => {
    for (const who of world.who.filter(({ account, token }) => account !== null && !token)) {
      const elsewhere = await world.t.client(who.site === 'staff' ? 'portal' : 'staff');
      elsewhere.cookies.set(`portico-${who.site === 'staff' ? 'portal' : 'staff'}`, clientOf(who).cookies.get(`portico-${who.site}`) ?? '');
      const answer = await elsewhere.get('/');
      check(answer.status === 302, () => `${who.name} is let in on the other site: ${answer.status}`);
    }
  });

  proves('another spelling of a path never opens what the path itself refuses', async () => {
    /** Changes the path and leaves a query as it is. */
    const respell = (spell: (path: string) => string) => (address: string) => {
      const at = address.indexOf('?');
      return at < 0 ? spell(address) : spell(address.slice(0, at)) + address.slice(at);
    };
    const spellings: [string, (path: string) => string][] = [
      ['upper case', (path) => path.toUpperCase()],
      ['trailing slash', (path) => `${path}/`],
      ['double slash', (path) => path.replace(/\//g, '//')],
      ['encoded slash', (path) => `/${path.slice(1).replace(/\//g, '%2f')}`],
      ['semicolon', (path) => `${path};x=1`],
      ['dot segment', (path) => `/sign-in/%2e%2e%2f${path.slice(1)}`],
    ];
    const one = cases(reads).filter(
      ({ verdict, relation, route }) => verdict !== 'allowed' && relation !== 'missing' && relation !== 'crossed' && !route.guard.open,
    );
    await parallel(one, async (probe) => {
      const client = clientOf(probe.who);
      const head = await client.request('HEAD', probe.path);
      check(head.status === probe.verdict && head.text === '', () => told(probe, head, 'HEAD'));
      if (probe.verdict !== 404 && probe.relation !== 'own') return;
      for (const [name, spell] of spellings) {
        const answer = await client.get(respell(spell)(probe.path));
        check(answer.status === probe.verdict || answer.status === 404 || answer.status === 400, () => told(probe, answer, name));
      }
      const override = await client.get(probe.path, { 'x-http-method-override': 'POST', 'x-original-url': '/sign-in', 'x-rewrite-url': '/sign-in' });
      check(override.status === probe.verdict, () => told(probe, override, 'method and address overrides'));
    });
  });

  proves('who may is served, by every route that changes something', async () => {
    const allowed = cases((route) => !reads(route)).filter(({ verdict, row }) => verdict === 'allowed' && !row.skip);
    // One after the other and with a session each: they end sessions and change what they touch.
    for (const one of allowed) {
      const client = await newClient(one.who);
      const answer = await send(client, one);
      check(asExpected(one, answer), () => told(one, answer));
      look(answer, keyOf(one.route));
      await one.row.undo?.(world);
    }
  });
});

/** The parts of an answer that must not tell why it is a 404. The page repeats the path it was asked for. */
function likeness(path: string, answer: Answer): string {
  const headers = [...answer.headers].filter(([name]) => !['date', 'content-length', 'set-cookie'].includes(name)).map(([name, value]) => `${name}: ${value}`);
  return [...headers, answer.text.replaceAll(encodeURIComponent(path), 'PATH').replaceAll(path, 'PATH')].join('\n');
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const map = new Map<string, T[]>();
  for (const item of items) map.set(keyOf(item), [...(map.get(keyOf(item)) ?? []), item]);
  return [...map.values()];
}
