import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StartError } from '../start-error.js';

/** Writes a consistent dump of the database while it is in use. */
export function dumpMysql(url: string, file: string): Promise<void> {
  const options = ['--single-transaction', '--quick', '--hex-blob', '--no-tablespaces', '--default-character-set=utf8mb4'];
  return runTool(['mariadb-dump', 'mysqldump'], url, options, { output: file });
}

/** Loads a dump; tables that exist are replaced. */
export function loadMysql(url: string, file: string): Promise<void> {
  return runTool(['mariadb', 'mysql'], url, ['--default-character-set=utf8mb4'], { input: file });
}

async function runTool(names: readonly string[], address: string, options: readonly string[], files: { input?: string; output?: string }): Promise<void> {
  const url = new URL(address);
  const folder = await mkdtemp(join(tmpdir(), 'portico-'));
  try {
    // A file, because every user of the machine can read a command line.
    const access = join(folder, 'access.cnf');
    const quote = (text: string): string => `"${decodeURIComponent(text).replace(/["\\]/g, '\\$&')}"`;
    const lines = [
      '[client]',
      'protocol=tcp',
      `host=${quote(url.hostname)}`,
      `port=${url.port || 3306}`,
      `user=${quote(url.username)}`,
      `password=${quote(url.password)}`,
    ];
    await writeFile(access, `${lines.join('\n')}\n`, { mode: 0o600 });
    const args = [`--defaults-extra-file=${access}`, ...options, decodeURIComponent(url.pathname.slice(1))];
    for (const name of names) if (await ran(name, args, files)) return;
    throw new StartError(`The command ${names[0]} is missing on this machine. Install it (on Debian: apt install mariadb-client).`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** False when there is no such command. */
async function ran(name: string, args: readonly string[], files: { input?: string; output?: string }): Promise<boolean> {
  const child = spawn(name, args, { stdio: [files.input ? 'pipe' : 'ignore', files.output ? 'pipe' : 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const flows = [
    files.input && child.stdin ? pipeline(createReadStream(files.input), child.stdin) : null,
    files.output && child.stdout ? pipeline(child.stdout, createWriteStream(files.output, { mode: 0o600, flush: true })) : null,
  ];
  const [end] = await Promise.allSettled([ended, ...flows]);
  if (end.status === 'rejected') {
    if ((end.reason as { code?: string }).code === 'ENOENT') return false;
    throw end.reason;
  }
  if (end.value !== 0) throw new StartError(`${name} failed: ${complaint.trim()}`);
  return true;
}
