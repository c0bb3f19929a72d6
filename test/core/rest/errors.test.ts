import { expect } from 'chai';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Answer, Client } from '../../support/client.js';

describe('errors and limits of the REST interface (RFC 9457)', () => {
  let t: TestApp;
  let client: Client;
  before(async () => {
    t = await createTestApp();
    client = await t.program('staff', await t.make.staff('administrator'));
  });
  after(() => t.close());
  const problem = (answer: Answer) => {
    expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
    expect(answer.headers.get('cache-control')).to.equal('no-store');
    const body = answer.json() as { status: number; title: string; type: string; code: string; errors?: unknown };
    expect(body).to.include({ status: answer.status, type: 'about:blank' });
    return body;
  };

  it('are problems in JSON for unknown paths, methods, types, broken and huge bodies', async () => {
    expect(problem(await client.get('/api/v2/anything'))).to.include({ status: 404, code: 'not_found' });
    expect(problem(await client.api('GET', '/nothing'))).to.include({ status: 404 });
    const method = await client.api('DELETE', '/me');
    expect(problem(method)).to.include({ status: 405, code: 'method_not_allowed' });
    expect(method.headers.get('allow')).to.equal('GET, HEAD, PATCH');
    const send = (body: string, type = 'application/json') => client.request('PATCH', '/api/v1/me', { body, headers: { 'content-type': type } });
    expect(problem(await send('name=x', 'application/x-www-form-urlencoded'))).to.include({ status: 415, code: 'unsupported_media_type' });
    expect(problem(await send('{"name":'))).to.include({ status: 400, code: 'bad_request' });
    expect(problem(await send(`{"name":"${'x'.repeat(1_100_000)}"}`))).to.include({ status: 413, code: 'too_large' });
    client.token = null;
    const anonymous = await client.api('GET', '/me');
    expect(problem(anonymous)).to.include({ status: 401 });
    expect(anonymous.headers.get('www-authenticate')).to.equal('Bearer');
  });

  it('say where something is wrong, by the names of JSON, and refuse what is not declared', async () => {
    const program = await t.program('staff', await t.make.staff('administrator'));
    const body = await program.api('POST', '/desk/requests', { text: '', urgency: 9, installationId: 'x', installation_id: 1, admin: true });
    expect(body.status).to.equal(422);
    const pointers = (problem(body).errors as { pointer: string; detail: string }[]).map(({ pointer }) => pointer).sort();
    expect(pointers).to.deep.equal(['#/admin', '#/installationId', '#/installation_id', '#/text', '#/urgency'].filter((one) => pointers.includes(one)));
    expect(pointers).to.include('#/admin').and.to.include('#/text');
    const query = await program.api('GET', '/desk/orders?limit=0&sort=number');
    expect(problem(query).errors).to.deep.equal([
      { parameter: 'limit', detail: 'Enter 1 or more.' },
      { parameter: 'sort', detail: 'This field is not known here. Check its spelling or leave it out.' },
    ]);
  });

  it('speak the language of the account, or the one that is accepted', async () => {
    const program = await t.program('staff', await t.make.staff('administrator'));
    await program.api('PATCH', '/me', { language: 'sv' });
    expect(problem(await program.api('GET', '/nothing')).title).to.match(/^Sidan finns inte/);
    program.token = 'wrong';
    expect(problem(await program.api('GET', '/me', undefined, { 'accept-language': 'de' })).title).to.match(/^Dieses API-Token/);
  });

  it('limit callers and addresses by settings that act at once, and say so in every answer', async () => {
    const program = await t.program('staff', await t.make.staff('agent'));
    await t.app.settings.change(system, { 'core.apiRate': 3 });
    const answers = [];
    for (let i = 0; i < 4; i += 1) answers.push(await program.api('GET', '/me'));
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 429]);
    expect(answers[0]?.headers.get('ratelimit-policy')).to.equal('"caller";q=3;w=60');
    expect(answers[0]?.headers.get('ratelimit')).to.match(/^"caller";r=2;t=\d+$/);
    const last = answers[3]!;
    expect(problem(last)).to.include({ code: 'throttled' });
    expect(Number(last.headers.get('retry-after'))).to.be.within(1, 60);
    const other = await t.program('staff', await t.make.staff('agent'));
    expect((await other.api('GET', '/me')).status).to.equal(200);
    await t.app.settings.change(system, { 'core.apiRate': 0, 'core.apiAddressRate': 1 });
    expect((await other.api('GET', '/me')).status).to.equal(429);
    expect((await other.get('/profile')).status).to.equal(302);
    await t.app.settings.change(system, { 'core.apiAddressRate': 0 });
    expect((await other.api('GET', '/me')).status).to.equal(200);
  });
});
