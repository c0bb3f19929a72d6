import { expect } from 'chai';
import { type JobQueueDeps, JobQueue } from '../../../core/jobs/job-queue.js';
import { nextRun } from '../../../core/jobs/next-run.js';
import { createTestDatabase, quietLog, type TestDatabase } from '../../support/database.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('Schedules', () => {
  let test: TestDatabase;
  let time: number;
  let deps: JobQueueDeps;
  let runs: string[];
  const note = async (): Promise<void> => void runs.push(new Date(time).toISOString().slice(0, 16));
  const pass = async (queues: JobQueue[], duration: number, step: number): Promise<void> => {
    for (const end = time + duration; time < end;) {
      time += step;
      await Promise.all(queues.map((queue) => queue.idle()));
    }
  };
  beforeEach(async () => {
    test = await createTestDatabase();
    runs = [];
    deps = { db: test.db, clock: { now: () => new Date(time) }, log: quietLog, onFault: (_, error) => expect.fail(String(error)) };
  });
  afterEach(() => test.drop());

  it('run once on the day the clocks go back, at the local time before and after', async () => {
    time = Date.parse('2026-10-24T12:00:00Z');
    const queue = new JobQueue(deps);
    queue.every('night', { cron: '30 2 * * *', timeZone: 'Europe/Stockholm' }, note);
    await pass([queue], 2 * DAY, 30 * MINUTE);
    expect(runs).to.deep.equal(['2026-10-25T00:30', '2026-10-26T01:30']);
  });

  it('run once on the day whose hour is skipped', async () => {
    time = Date.parse('2027-03-27T12:00:00Z');
    const queue = new JobQueue(deps);
    queue.every('night', { cron: '30 2 * * *', timeZone: 'Europe/Stockholm' }, note);
    await pass([queue], 2 * DAY, 30 * MINUTE);
    expect(runs).to.deep.equal(['2027-03-28T01:00', '2027-03-29T00:30']);
  });

  it('run once although several nodes know them', async () => {
    time = Date.parse('2026-11-22T10:00:00Z');
    const queues = [1, 2, 3].map(() => new JobQueue(deps));
    for (const queue of queues) queue.every('hourly', { minutes: 60 }, note);
    await pass(queues, 5 * HOUR + MINUTE, 10 * MINUTE);
    expect(runs).to.have.length(5);
  });

  it('make up once for the time the server was off or the clock jumped ahead', async () => {
    time = Date.parse('2026-11-22T10:00:00Z');
    const queue = new JobQueue(deps);
    queue.every('daily', { cron: '0 3 * * *' }, note);
    await queue.idle();
    time += 30 * DAY;
    await pass([queue], 2 * HOUR, HOUR);
    expect(runs).to.have.length(1);
  });

  it('are never more than one period late when the clock is put back a month', async () => {
    time = Date.parse('2026-11-22T10:00:00Z');
    const queue = new JobQueue(deps);
    queue.every('daily', { cron: '0 3 * * *' }, note);
    await pass([queue], DAY, HOUR);
    expect(runs).to.have.length(1);
    time -= 30 * DAY;
    await pass([queue], DAY, HOUR);
    expect(runs).to.have.length(2);
  });

  it('do not run twice when the clock is put back a little', async () => {
    time = Date.parse('2026-11-22T02:30:00Z');
    const queue = new JobQueue(deps);
    queue.every('daily', { cron: '0 3 * * *' }, note);
    await pass([queue], HOUR, 10 * MINUTE);
    time -= HOUR;
    await pass([queue], 2 * HOUR, 10 * MINUTE);
    expect(runs).to.deep.equal(['2026-11-22T03:00']);
  });

  it('ask a changing period anew before each run', async () => {
    time = Date.parse('2026-11-22T10:00:00Z');
    let minutes = 60;
    const queue = new JobQueue(deps);
    queue.every('poll', { minutes: () => minutes }, note);
    await pass([queue], HOUR, 5 * MINUTE);
    minutes = 5;
    await pass([queue], HOUR, 5 * MINUTE);
    expect(runs.length).to.be.within(10, 13);
  });

  it('refuse a pattern that never comes round', () => {
    expect(() => nextRun({ cron: '0 0 31 2 *' }, new Date())).to.throw('never comes round');
  });
});
