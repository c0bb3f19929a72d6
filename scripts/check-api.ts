import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { loadConfig } from '../config/index.js';
import { createApp } from '../core/app.js';
import { documentOf } from '../core/rest/docs.js';

// The OpenAPI document of each site, made from the routes of all plugins, passes the rules that a public linter recommends.

const dataDir = mkdtempSync(join(tmpdir(), 'portico-check-'));
const defaults = loadConfig({ env: {} });
const free = { port: 0, host: '127.0.0.1' };
const app = await createApp({
  config: {
    ...defaults,
    dataDir,
    log: { level: 'silent' },
    sites: { staff: { ...defaults.sites.staff, ...free }, portal: { ...defaults.sites.portal, ...free } },
  },
  licenseDir: join(dataDir, 'license'),
  announce: false,
});
const config = await createConfig({ extends: ['recommended'], rules: { 'info-license': 'off', 'no-server-example.com': 'off' } });
const counts: string[] = [];
let failed = false;
try {
  await app.start();
  const parts = { routes: () => app.slots.routes, url: (site: string) => app.sites.url(site, ''), company: () => 'Portico', translator: app.translator };
  for (const site of ['staff', 'portal']) {
    const document = documentOf(parts, site);
    const problems = await lintFromString({ source: JSON.stringify(document), config });
    for (const { severity, message, ruleId, location } of problems) console.error(`${site} ${severity} ${ruleId} ${location[0]?.pointer ?? ''}: ${message}`);
    failed ||= problems.length > 0;
    counts.push(`${site} ${Object.values(document.paths).flatMap(Object.keys).length}`);
  }
} finally {
  await app.close();
  rmSync(dataDir, { recursive: true, force: true });
}
console.log(`operations: ${counts.join(', ')}`);
process.exit(failed ? 1 : 0);
