import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { AddressGuard } from '../../../core/outgoing/address-guard.js';
import { guardedFetch } from '../../../core/outgoing/guarded-fetch.js';

describe('Guarded fetch (security D4)', () => {
  let server: Server;
  let url: string;
  let reached = 0;
  let answer: RequestListener = (_req, res) => void res.end('hello');
  before(async () => {
    server = createServer((req, res) => {
      reached += 1;
      answer(req, res);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const problem = (work: Promise<Response>): Promise<string> =>
    work.then(
      (response) => `answered ${response.status}`,
      (error: Error) => error.message,
    );

  it('refuses private, local, reserved and wrapped addresses, by number and by name, before anything is sent', async () => {
    const fetch = guardedFetch([]);
    const port = new URL(url).port;
    const hosts = [
      '127.0.0.1',
      'localhost',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '2130706433',
      '0x7f.1',
      '127.1',
    ];
    const wrapped = ['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '[fe80::1]', '[fd00::1]', '[2002:7f00:1::]'];
    for (const host of [...hosts, ...wrapped])
      for (const scheme of ['http', 'https'])
        expect(await problem(fetch(`${scheme}://${host}:${port}/`)), `${scheme} ${host}`).to.match(/is a private address/);
    expect(reached).to.equal(0);
  });

  it('refuses plain HTTP to public addresses, and other schemes', async () => {
    const fetch = guardedFetch(['loopback']);
    expect(await problem(fetch('http://203.0.113.7/'))).to.contain('must begin with https://');
    for (const strange of ['file:///etc/passwd', 'ftp://127.0.0.1/', 'gopher://127.0.0.1/'])
      expect(await problem(fetch(strange)), strange).to.contain('must begin with https://');
  });

  it('resolves names for other protocols by the same rules', async () => {
    const ask = (allow: string[], host: string, secure: boolean) => new AddressGuard(allow).resolve(host, secure).catch((error: Error) => error.message);
    expect(await ask([], 'localhost', true)).to.match(/is a private address/);
    expect(await ask([], '[::1]', true)).to.match(/is a private address/);
    expect(await ask(['loopback'], 'localhost', false)).to.match(/^(127\.0\.0\.1|::1)$/);
    expect(await ask([], '203.0.113.7', true)).to.equal('203.0.113.7');
    expect(await ask([], '203.0.113.7', false)).to.contain('Without TLS');
  });

  it('reaches what the operator allows, and follows no redirect', async () => {
    const fetch = guardedFetch(['loopback']);
    answer = (req, res) => void res.end(`${req.method} ${req.headers['x-test']}`);
    const said = await fetch(url, { method: 'POST', headers: { 'X-Test': 'yes' }, body: new URLSearchParams({ a: '1' }) });
    expect([said.status, await said.text()]).to.deep.equal([200, 'POST yes']);
    expect((await guardedFetch(['127.0.0.0/8'])(url.replace('127.0.0.1', 'localhost'))).status).to.equal(200);
    answer = (_req, res) => void res.writeHead(302, { location: 'http://10.0.0.1/' }).end();
    expect((await fetch(url)).status).to.equal(302);
  });

  it('ends when there is no answer in time, too much of it, or when it is told to', async () => {
    answer = () => undefined;
    expect(await problem(guardedFetch(['loopback'], 150)(url))).to.contain('No answer within');
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    expect(await problem(guardedFetch(['loopback'])(url, { signal: stop.signal }))).to.equal('stopped');
    answer = (_req, res) => void res.end(Buffer.alloc(1_200_000));
    expect(await problem(guardedFetch(['loopback'])(url))).to.contain('larger than 1 MB');
  });
});
