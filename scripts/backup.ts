import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError, loadConfig } from '../config/index.js';
import { createBackup } from '../core/database/backup.js';
import { StartError } from '../core/start-error.js';

const target = resolve(process.argv[2] ?? `backup-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`);
try {
  if (existsSync(target)) throw new StartError(`${target} exists already. Name a folder that does not.`);
  const { dataDir, database } = loadConfig({ env: process.env });
  // Under its final name only once it is complete.
  const partial = `${target}.partial-${randomBytes(4).toString('hex')}`;
  const { files, bytes } = await createBackup({ dataDir, url: database.url, target: partial });
  renameSync(partial, target);
  console.log(`Backup written to ${target}: ${files} files, ${(bytes / 1024 / 1024).toFixed(1)} MB. It holds secrets; keep it as safe as the server.`);
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
  console.error(`No backup was made. ${error.message}`);
  process.exitCode = 1;
}
