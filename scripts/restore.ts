import { resolve } from 'node:path';
import { ConfigError, loadConfig } from '../config/index.js';
import { restoreBackup } from '../core/database/restore.js';
import { StartError } from '../core/start-error.js';

const source = process.argv[2];
try {
  if (!source) throw new StartError('Name the backup: npm run restore -- <backup folder>');
  const { dataDir, database } = loadConfig({ env: process.env });
  const { files, previous } = await restoreBackup({ dataDir, url: database.url, source: resolve(source) });
  console.log(`Restored ${files} files from ${source}.${previous ? ` What was there before is kept in ${previous}.` : ''} Start Portico again with npm start.`);
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
  console.error(`The backup was not restored. ${error.message}`);
  process.exitCode = 1;
}
