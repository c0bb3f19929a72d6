import { expect } from 'chai';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { AccessRegister } from '../../plugins/customers/api.js';
import { system } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { createWorld, type Who, type World } from './world.js';

interface Watcher {
  socket: Socket;
  hints: string[];
}

describe('sockets: the same verdicts as pages (security A3, A4, A7, B6)', function () {
  this.timeout(60_000);
  let world: World;
  const open: Socket[] = [];

  before(async () => {
    world = await createWorld();
  });
  after(async () => {
    for (const socket of open) socket.disconnect();
    await world.t.close();
  });

  const base = (site: string): string => `http://127.0.0.1:${world.t.app.sites.port(site)}`;
  const named = (name: string): Who => world.who.find((who) => who.name === name && who.account !== null)!;
  const tokenOf = async (who: Who): Promise<string> => (await world.t.client(who.site, who.account ?? undefined)).cookieHeader;

  function dial(site: string, headers: Record<string, string>, transports: ('websocket' | 'polling')[] = ['websocket']): Socket {
    const socket = io(base(site), { transports, reconnection: false, forceNew: true, extraHeaders: headers });
    open.push(socket);
    return socket;
  }
  const outcome = (socket: Socket): Promise<'connected' | 'refused'> =>
    new Promise((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.once('connect_error', () => resolve('refused'));
    });
  async function watcher(who: Who, topics: unknown): Promise<Watcher> {
    const socket = dial(who.site, { cookie: await tokenOf(who), origin: base(who.site) });
    const hints: string[] = [];
    socket.on('hint', (topic: string) => hints.push(topic));
    expect(await outcome(socket)).to.equal('connected');
    socket.emit('watch', topics);
    await delay(150);
    return { socket, hints };
  }

  it('a handshake needs the session of this site and this origin, whichever transport', async () => {
    const customer = named('customer A');
    const cookie = await tokenOf(customer);
    const origin = base('portal');
    const tries: [string, string, Record<string, string>, 'connected' | 'refused'][] = [
      ['own session and origin', 'portal', { cookie, origin }, 'connected'],
      ['no session', 'portal', { origin }, 'refused'],
      ['foreign origin', 'portal', { cookie, origin: 'https://evil.example' }, 'refused'],
      ['null origin', 'portal', { cookie, origin: 'null' }, 'refused'],
      ['origin of the other site', 'portal', { cookie, origin: base('staff') }, 'refused'],
      ['session of the other site', 'staff', { cookie: cookie.replace('portico-portal', 'portico-staff'), origin: base('staff') }, 'refused'],
      ['invented session', 'portal', { cookie: `portico-portal=${'A'.repeat(43)}`, origin }, 'refused'],
      ['empty session', 'portal', { cookie: 'portico-portal=', origin }, 'refused'],
    ];
    for (const transport of ['websocket', 'polling'] as const) {
      for (const [name, site, headers, expected] of tries) {
        const socket = dial(site, headers, [transport]);
        expect(await outcome(socket), `${transport}: ${name}`).to.equal(expected);
        socket.disconnect();
      }
    }
  });

  it('an upgrade on any other path is closed', async () => {
    for (const path of ['/', '/orders', '/socket.io', '/SOCKET.IO/?EIO=4&transport=websocket', '//socket.io/?EIO=4&transport=websocket']) {
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(world.t.app.sites.port('portal') ?? 0, '127.0.0.1', () =>
          socket.write(
            `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
          ),
        );
        let text = '';
        socket.on('data', (data) => (text += data.toString()));
        socket.on('error', () => resolve(text));
        socket.on('close', () => resolve(text));
      });
      expect(answer, path).not.to.include('101 ');
    }
  });

  it('watching what one may not see brings no hint; what one may see does', async () => {
    const { ids } = world;
    const topics = (order: string, report: string, customer: string, account: number) => [
      `desk.order:${ids[order]}`,
      `desk.request:${ids[report]}`,
      `desk.orders:c${ids[customer]}`,
      `desk.requests:c${ids[customer]}`,
      `account:${account}`,
    ];
    const staff = ['desk.orders:all', 'desk.requests:all', 'desk.reports:all'];
    const agent = named('administrator').account?.id ?? 0;
    const ofA = topics('orderOfA', 'reportOfA', 'a', agent);
    const ofB = topics('orderOfB', 'reportOfB', 'b', named('customer B').account?.id ?? 0);
    const shown = async (name: string) => {
      const watched = await watcher(named(name), [...ofA, ...ofB, ...staff]);
      for (const topic of [...ofA, ...ofB, ...staff]) {
        const at = topic.lastIndexOf(':');
        if (!topic.startsWith('account:')) world.t.app.realtime.touch(topic.slice(0, at), topic.slice(at + 1));
      }
      world.t.app.realtime.tell(agent);
      await delay(150);
      watched.socket.disconnect();
      return watched.hints.sort();
    };
    const without = (list: string[]) => list.filter((topic) => !topic.startsWith('account:')).sort();
    expect(await shown('customer A')).to.deep.equal(without(ofA));
    expect(await shown('one place of A')).to.deep.equal(without(ofA));
    expect(await shown('customer B')).to.deep.equal(without(ofB));
    expect(await shown('A and B')).to.deep.equal(without([...ofA, ...ofB]));
    expect(await shown('administrator')).to.deep.equal([...without([...ofA, ...ofB, ...staff]), 'inbox'].sort());
    const limited = await shown('agent of A');
    for (const topic of without(ofB)) expect(limited, 'agent of A').not.to.include(topic);
  });

  it('a right that is taken away ends its hints within five seconds, and a new watch is refused', async () => {
    const who = named('reader at A');
    const topic = `desk.order:${world.ids['orderOfA']}`;
    const { hints } = await watcher(who, [topic]);
    const hinted = async (list: string[]) => {
      list.splice(0);
      world.t.app.realtime.touch('desk.order', world.ids['orderOfA'] ?? 0);
      await delay(100);
      return list.length;
    };
    expect(await hinted(hints)).to.equal(1);
    const register = world.t.app.service('customers', AccessRegister);
    const access = (await register.list(system, world.ids['a'] ?? 0)).find(({ account }) => account.id === who.account?.id);
    await register.setStatus(system, access?.id ?? 0, 'disabled');
    await eventually(async () => (await hinted(hints)) === 0, 'the silence', 5_000);
    const again = await watcher(who, [topic]);
    expect(await hinted(again.hints)).to.equal(0);
  });

  it('signing out closes the sockets of the session', async () => {
    const who = named('customer B');
    const client = await world.t.client('portal', who.account ?? undefined);
    const socket = dial('portal', { cookie: client.cookieHeader, origin: base('portal') });
    expect(await outcome(socket)).to.equal('connected');
    expect((await client.post('/sign-out')).status).to.equal(303);
    await eventually(() => socket.disconnected, 'the closed socket', 5_000);
  });

  it('no event, however wild, ends the process or joins a room', async () => {
    const who = named('customer A');
    const { socket, hints } = await watcher(who, null);
    const deep: unknown[] = [];
    let at = deep;
    for (let i = 0; i < 500; i += 1) at.push((at = []));
    const wild: unknown[] = [
      undefined,
      null,
      0,
      -1,
      NaN,
      '',
      'desk.order:1',
      {},
      [],
      [[]],
      [null],
      [undefined],
      [{}],
      [['desk.order:1']],
      [{ toString: 'x' }],
      ['*'],
      ['desk.order:*'],
      ['__proto__:1'],
      ['constructor:name'],
      [':'],
      ['::::'],
      ['desk.order:'],
      ['desk.order:1e9'],
      ['desk.order:-1'],
      ['desk.order:NaN'],
      [`desk.order:${'9'.repeat(90)}`],
      ['desk.orders:c'],
      ['desk.orders:c1 OR 1=1'],
      ['x'.repeat(100_000)],
      Array.from({ length: 5_000 }, (_, i) => `desk.order:${i + 1_000}`),
      Buffer.alloc(4_000),
      [Buffer.from('desk.order:1')],
      deep,
      { length: 1e9 },
      JSON.parse('{"__proto__":{"x":1}}'),
    ];
    for (const payload of wild)
      for (const event of ['watch', 'join', 'hint', 'message', 'leave', '__proto__', 'constructor', 'toString'])
        if (socket.connected) socket.emit(event, payload, payload);
    const engine = (socket.io.engine as unknown as { write(data: string): void }) ?? null;
    for (const packet of [
      '2',
      '20',
      '2[',
      '2["watch"',
      '2[[],[]]',
      '2[{}]',
      '2[null]',
      '4',
      '40',
      '41',
      '42["watch",["desk.order:1"]]',
      '51-["watch",{"_placeholder":true,"num":9}]',
      '2["watch",' + '['.repeat(3_000) + ']'.repeat(3_000) + ']',
      '99',
      '0{"token":1}',
      '2/other,["watch",[]]',
    ]) {
      if (socket.connected) engine.write(packet);
      await delay(5);
    }
    await delay(300);
    const answer = await fetch(`${base('portal')}/health/live`);
    expect(answer.status).to.equal(200);
    world.t.app.realtime.touch('desk.order', world.ids['orderOfB'] ?? 0);
    await delay(150);
    expect(hints).to.deep.equal([]);
    const fresh = await watcher(who, [`desk.order:${world.ids['orderOfA']}`]);
    world.t.app.realtime.touch('desk.order', world.ids['orderOfA'] ?? 0);
    await eventually(() => fresh.hints.length === 1, 'the hint on a new socket');
  });
});
