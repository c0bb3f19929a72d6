import { expect } from 'chai';
import { type JobQueueDeps, JobQueue } from '../../../core/jobs/job-queue.js';
import { Job } from '../../../core/jobs/model.js';
import { Scope } from '../../../core/plugin/scope.js';
import { createTestDatabase, quietLog, type TestDatabase } from '../../support/database.js';

describe('Jobs', () => {
  let test: TestDatabase;
  let time: number;
  let faults: string[];
  let deps: JobQueueDeps;
  const quiet = { ...quietLog, error: () => undefined };
  const rows = () => test.db.of(Job).findAll({ raw: true, order: [['id', 'ASC']] });
  beforeEach(async () => {
    test = await createTestDatabase();
    time = Date.parse('2026-11-22T10:00:00Z');
    faults = [];
    deps = { db: test.db, clock: { now: () => new Date(time) }, log: quiet, onFault: (owner, error) => faults.push(`${owner}: ${(error as Error).message}`) };
  });
  afterEach(() => test.drop());

  it('are shared by three workers: 500 jobs, none twice', async () => {
    const ran: number[] = [];
    const workers = [1, 2, 3].map(() => new JobQueue(deps));
    for (const worker of workers) worker.handle('count', async ({ n }) => void ran.push(n as number));
    await test.db.transaction(async () => {
      for (let n = 0; n < 500; n++) await workers[0].enqueue('count', { n });
    });
    await Promise.all(workers.map((worker) => worker.idle()));
    expect(ran.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 500 }, (_, n) => n));
    expect(await rows()).to.have.length(0);
  }).timeout(60_000);

  it('start at once after the commit, without waiting for the next poll', async () => {
    const queue = new JobQueue(deps);
    const scope = new Scope('test');
    queue.start(scope);
    const started = Date.now();
    await new Promise<void>((resolve, reject) => {
      queue.handle('now', async () => resolve());
      test.db.transaction(() => queue.enqueue('now')).catch(reject);
    });
    expect(Date.now() - started).to.be.lessThan(700);
    expect(await scope.end()).to.deep.equal([]);
  });

  it('of a rolled back transaction never run', async () => {
    const queue = new JobQueue(deps);
    let ran = 0;
    queue.handle('x', async () => void ran++);
    const failing = test.db.transaction(async () => {
      await queue.enqueue('x');
      throw new Error('no');
    });
    await failing.catch(() => undefined);
    await queue.idle();
    expect(ran).to.equal(0);
  });

  it('that always fail are tried a bounded number of times, block nobody, and can be retried', async () => {
    const queue = new JobQueue(deps);
    let poisoned = 0;
    let others = 0;
    let healed = false;
    queue.handle(
      'poison',
      async () => {
        poisoned++;
        if (!healed) throw new Error('poison');
      },
      'desk',
    );
    queue.handle('other', async () => void others++);
    await queue.enqueue('poison', {}, { maxAttempts: 3, key: 'one' });
    for (let n = 0; n < 10; n++) await queue.enqueue('other');
    await queue.idle();
    expect([poisoned, others]).to.deep.equal([1, 10]);
    for (let hour = 0; hour < 5; hour++) {
      time += 3_700_000;
      await queue.idle();
    }
    expect(poisoned).to.equal(3);
    expect(faults).to.deep.equal(['desk: poison', 'desk: poison', 'desk: poison']);
    const [failed] = await queue.failed();
    expect(failed.last_error).to.contain('Error: poison');
    healed = true;
    expect(await queue.retry(failed.id)).to.equal(true);
    await queue.idle();
    expect(await rows()).to.have.length(0);
  });

  it('whose worker died are taken by another after the lease, and given up when every worker died', async () => {
    const queue = new JobQueue(deps);
    let ran = 0;
    await queue.enqueue('x', {}, { maxAttempts: 2 });
    await test.db.run(`UPDATE core_jobs SET state = 'running', attempts = 1, lease = 'dead', due_at = ?`, [new Date(time + 60_000)]);
    queue.handle('x', async () => void ran++);
    await queue.idle();
    expect(ran).to.equal(0);
    await test.db.run('UPDATE core_jobs SET attempts = 1');
    time += 60_001;
    await queue.idle();
    expect(ran).to.equal(1);
    await queue.enqueue('x', {}, { maxAttempts: 2 });
    await test.db.run(`UPDATE core_jobs SET state = 'running', attempts = 2, lease = 'dead'`);
    await queue.idle();
    expect(ran).to.equal(1);
    expect((await queue.failed())[0].last_error).to.contain('lease');
  });

  it('with a key are queued once while unfinished', async () => {
    const queue = new JobQueue(deps);
    await Promise.all(Array.from({ length: 5 }, () => test.db.transaction(() => queue.enqueue('x', {}, { key: 'k' }))));
    expect(await rows()).to.have.length(1);
    queue.handle('x', async () => undefined);
    await queue.idle();
    await queue.enqueue('x', {}, { key: 'k' });
    expect(await rows()).to.have.length(1);
  });

  it('wait while nobody handles them, and one that is stopped is taken up again', async () => {
    const queue = new JobQueue(deps);
    await queue.enqueue('x');
    await queue.idle();
    expect((await rows())[0].state).to.equal('queued');
    let begun = (): void => undefined;
    const running = new Promise<void>((resolve) => (begun = resolve));
    const undo = queue.handle('x', (_, signal) => {
      begun();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
    });
    const idle = queue.idle();
    await running;
    undo();
    await idle;
    expect(faults).to.deep.equal([]);
    expect((await rows())[0]).to.include({ state: 'queued', attempts: 0 });
    let ran = 0;
    queue.handle('x', async () => void ran++);
    await queue.idle();
    expect(ran).to.equal(1);
  });
});
