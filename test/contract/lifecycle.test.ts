import { expect } from 'chai';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { outRoot, projectRoot } from '../../core/paths.js';
import type { Route } from '../../core/http/routes.js';
import { createTestApp, type TestApp } from '../support/app.js';
import type { Client } from '../support/client.js';
import { load } from './load.js';

const folder = 'test/fixtures/plugins/working';
const rounds = 100;
const requests = 10_000;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Intervals that run now, whoever started them. */
const intervals = new Set<NodeJS.Timeout>();
const { setInterval: begin, clearInterval: end } = globalThis;

describe('a module is switched off and on (KO-05, PL-02, PL-05)', function () {
  this.timeout(300_000);
  let t: TestApp;
  let client: Client;
  let customer: Client;

  before(async () => {
    globalThis.setInterval = ((...args: Parameters<typeof begin>) => {
      const timer = begin(...args);
      intervals.add(timer);
      return timer;
    }) as typeof begin;
    globalThis.clearInterval = (timer) => {
      intervals.delete(timer as NodeJS.Timeout);
      end(timer);
    };
    t = await createTestApp({ pluginRoots: [{ code: join(outRoot, folder), assets: join(projectRoot, folder) }] });
    client = await t.client('staff', await t.make.staff('administrator'));
    const options = t.app.access
      .permissions()
      .filter(({ audience }) => audience !== 'staff')
      .map(({ id }) => id);
    customer = await t.client('portal', await t.make.access((await t.make.customer()).id, { options }));
  });
  after(async () => {
    globalThis.setInterval = begin;
    globalThis.clearInterval = end;
    await t.close();
  });

  const switchable = () =>
    t.app.host
      .list()
      .filter((one) => !one.builtIn)
      .map((one) => one.id);
  const measure = () => {
    const { slots, events, contributions, realtime, access, sites, host } = t.app;
    return {
      routes: slots.routes.length,
      listeners: events.size,
      menu: contributions.menuOf('staff').length + contributions.menuOf('portal').length,
      contributions: contributions.size,
      topics: realtime.topics,
      sources: access.sources,
      sockets: realtime.sockets,
      sites: ['staff', 'portal', 'third'].map((site) => sites.port(site) !== null).join(),
      servers: process.getActiveResourcesInfo().filter((one) => one === 'TCPServerWrap').length,
      timers: intervals.size,
      states: host
        .list()
        .map((one) => `${one.id} ${one.state}`)
        .join(),
    };
  };

  /** What is there once it is as expected, or after two seconds. */
  const settled = async (expected: ReturnType<typeof measure>): Promise<ReturnType<typeof measure>> => {
    for (const end = Date.now() + 2_000; Date.now() < end; await delay(5)) {
      if (isDeepStrictEqual(measure(), expected)) break;
    }
    return measure();
  };

  it(`${rounds} times off and on leave nothing behind, while ${requests} requests find everything else in order`, async () => {
    // What needs another module goes off and on with it; one without contributions could leave nothing.
    const ids = switchable().filter((id) => id !== 'leaning' && id !== 'quiet');
    expect(ids).to.include.members(['portal', 'everything']);
    const turn = async (on: boolean) => {
      for (const id of ids) await t.app.host.setEnabled(id, on);
    };
    // A first round, so that code is loaded and caches are warm.
    await turn(false);
    // A closed listener's handle goes with the next turns of the event loop.
    await delay(500);
    const offBefore = measure();
    await turn(true);
    await delay(500);
    const onBefore = measure();
    collect();
    const heap = process.memoryUsage().heapUsed;

    const light = ['/health/live', '/health/live', '/session/ping', '/health/live', '/health/live', '/notifications/unread', '/health/live', '/health/live'];
    const paths = ['/sign-in', '/customers', '/orders', '/api/v1/desk/orders'].flatMap((path) => [path, ...light, ...light]);
    const pages = load(t.staffUrl, paths, { total: requests, parallel: 20, cookie: client.cookieHeader });
    const times: number[] = [];
    const off: ReturnType<typeof measure>[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      await turn(false);
      off.push(await settled(offBefore));
      await turn(true);
      times.push((performance.now() - start) / (2 * ids.length));
    }
    const during = pages.sent;
    await pages.done;
    for (const [round, found] of off.entries()) expect(found, `off, round ${round}`).to.deep.equal(offBefore);
    times.sort((a, b) => a - b);
    console.log(
      `      toggle: median ${times[rounds / 2]?.toFixed(1)} ms, slowest round ${times.at(-1)?.toFixed(1)} ms per switch; ${pages.sent} requests, ${pages.failures.length} failed, ${during} of them during the switching`,
    );
    expect(pages.failures).to.deep.equal([]);
    expect(pages.sent).to.be.at.least(requests);
    expect(await settled(onBefore)).to.deep.equal(onBefore);
    collect();
    expect((process.memoryUsage().heapUsed - heap) / 1_048_576, 'MiB more than before').to.be.lessThan(24);
  });

  it('off: each of its routes answers 404, or its site takes no connection; on: served again', async () => {
    const address = ({ path }: Route) => path.replace(/:\w+/g, '1');
    for (const id of switchable()) {
      const routes = t.app.slots.routes.filter((route) => route.plugin === id && route.site !== 'third');
      const portal = t.portalUrl();
      const ask = (route: Route) => {
        const who = route.site === 'staff' ? client : customer;
        const headers = { 'x-csrf-token': who.csrf, 'content-type': 'application/json' };
        return who.request(route.method.toUpperCase(), address(route), route.method === 'get' ? {} : { headers, body: '{}' });
      };
      await t.app.host.setEnabled(id, false);
      for (const route of routes) {
        const answer = await ask(route).catch(() => null);
        const expected = route.site === 'portal' && t.app.sites.port('portal') === null ? null : 404;
        expect(answer && answer.status, `${id} off: ${route.site} ${route.method} ${route.path}`).to.equal(expected);
      }
      await t.app.host.setEnabled(id, true);
      if (t.portalUrl() !== portal) customer = Object.assign(await t.client('portal'), { cookies: customer.cookies });
      for (const route of routes.filter((one) => one.method === 'get' && !/:|throws|slow|\.pdf$/.test(one.path))) {
        const forbidden = route.site === 'portal' && route.kind === 'api';
        // A file may not be there yet. A page may lead on to the only thing that there is.
        expect((await ask(route)).status, `${id} on: ${route.site} ${route.path}`).to.be.oneOf(forbidden ? [403] : [200, 303]);
      }
    }
  });
});
