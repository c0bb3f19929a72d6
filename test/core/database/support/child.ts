import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockInstance } from '../../../../core/database/instance-lock.js';
import { migrate } from '../../../../core/database/migrate.js';
import { openDatabase } from '../../../../core/database/open.js';
import { quietLog } from '../../../support/database.js';

export interface Task {
  what: 'migrate' | 'lock' | 'write';
  url: string;
  dataDir: string;
  folder: string;
}

/** Runs a task in a process of its own; its first message resolves `said`. */
export function start(task: Task): { child: ChildProcess; said: Promise<unknown> } {
  const child = fork(import.meta.filename, [JSON.stringify(task)], { execArgv: [] });
  const said = Promise.race([once(child, 'message').then(([message]) => message as unknown), once(child, 'exit').then(() => null)]);
  return { child, said };
}

export async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function work(task: Task): Promise<unknown> {
  if (task.what === 'lock') {
    lockInstance(task.dataDir);
    process.send?.('locked');
    await sleep(60_000);
  }
  const db = await openDatabase({ ...task, log: quietLog });
  try {
    if (task.what === 'migrate') return await migrate(db, [{ id: 'sample', folder: task.folder }]);
    process.send?.('writing');
    // Each pair of rows is one transaction: a copy that has one of them is torn.
    for (let n = 1; ; n++) {
      await db.transaction(async () => {
        await db.run('INSERT INTO sample_pairs (n) VALUES (?)', [n]);
        await sleep(1);
        await db.run('INSERT INTO sample_pairs (n) VALUES (?)', [n]);
      });
    }
  } finally {
    await db.close();
  }
}

if (process.argv[1] === import.meta.filename && process.send) {
  const answer = await work(JSON.parse(process.argv[2] ?? '') as Task).catch((error: Error) => `failed: ${error.message}`);
  process.send(answer, () => process.disconnect());
}
