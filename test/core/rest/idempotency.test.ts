import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { createTestApp, type TestApp } from '../../support/app.js';
import type { Answer, Client } from '../../support/client.js';

describe('Idempotency-Key (reliability §3)', () => {
  let t: TestApp;
  let client: Client;
  let place: number;
  let now = new Date();
  before(async () => {
    t = await createTestApp({ clock: { now: () => now } });
    const customer = await t.make.customer('Repeat AB');
    place = (await t.make.installation(customer.id)).id;
    client = await t.program('portal', await t.make.access(customer.id));
  });
  after(() => t.close());
  const report = (key: string, text = 'It drips', by = client): Promise<Answer> =>
    by.api('POST', '/desk/requests', { installationId: place, text }, { 'idempotency-key': key });
  const reports = async (): Promise<number> => Number((await t.app.db.query<{ n: number }>('SELECT COUNT(*) AS n FROM desk_requests'))[0]?.n);

  it('answers the same request with the same key as before, to the byte, without a second effect', async () => {
    const before = await reports();
    const key = randomUUID();
    const [first, second] = [await report(key), await report(`"${key}"`)];
    expect([first.status, second.status]).to.deep.equal([201, 201]);
    expect(second.text).to.equal(first.text);
    expect(second.headers.get('content-type')).to.equal(first.headers.get('content-type'));
    expect(await reports()).to.equal(before + 1);
    await report(randomUUID());
    expect(await reports()).to.equal(before + 2);
  });

  it('refuses the same key with another body by 409, and counts it per account', async () => {
    const key = randomUUID();
    await report(key);
    const other = await report(key, 'Another text');
    expect([other.status, (other.json() as { code: string }).code]).to.deep.equal([409, 'idempotency_key_reused']);
    const somebody = await t.make.access((await t.make.customer()).id);
    expect((await report(key, 'It drips', await t.program('portal', somebody))).status).to.equal(404);
  });

  it('F26 ten at once have one effect and ten equal answers', async () => {
    const before = await reports();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => report(key)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).to.equal(1);
    expect(answers[0]?.status).to.equal(201);
    expect(await reports()).to.equal(before + 1);
  });

  it('lets what was refused or has failed be sent again, with nothing left of it', async () => {
    const before = await reports();
    const key = randomUUID();
    expect((await report(key, '')).status).to.equal(422);
    const { record } = t.app.audit;
    t.app.audit.record = () => Promise.reject(new Error('out of paper'));
    expect((await report(key)).status).to.equal(500);
    t.app.audit.record = record;
    expect(await reports()).to.equal(before);
    expect((await report(key)).status).to.equal(201);
    expect(await reports()).to.equal(before + 1);
  });

  it('forgets after a day, keeps answers encrypted and refuses keys that are none', async () => {
    const key = randomUUID();
    const first = await report(key);
    const kept = JSON.stringify(await t.app.db.query('SELECT * FROM core_api_requests'));
    expect(kept).to.contain('enc:v1:');
    for (const secret of [key, '"number"', 'planned']) expect(kept).not.to.contain(secret);
    expect((await report('x'.repeat(256))).status).to.equal(400);
    expect((await report('å b')).status).to.equal(400);
    now = new Date(now.getTime() + 24 * 3_600_000 + 1_000);
    const again = await report(key);
    expect(again.status).to.equal(201);
    expect(again.text).not.to.equal(first.text);
  });
});
