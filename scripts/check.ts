import 'reflect-metadata';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { outRoot, projectRoot } from '../core/paths.js';
import { checkBoundaries } from './check-boundaries.js';
import { deadExports } from './check-exports.js';
import { checkFiles } from './check-files.js';
import { sources } from './check-source.js';

/** `npm run check`: one line for each rule of the house, details of what is broken, exit code 1 if anything is. */
interface Check {
  name: string;
  run(): Promise<{ note?: string; problems: string[] }>;
}
const built = ['core', 'plugins', 'config'];
const code = [...built, 'scripts', 'test'].filter((folder) => existsSync(join(projectRoot, folder)));

const checks: Check[] = [
  { name: 'format', run: async () => tool('oxfmt', ['--check', ...code]) },
  { name: 'lint', run: async () => tool('oxlint', ['--type-aware', '--deny-warnings', ...code]) },
  { name: 'types', run: async () => tool('tsc', ['-p', '.', '--noEmit', '--tsBuildInfoFile', join(outRoot, '.check.tsbuildinfo')]) },
  { name: 'boundaries', run: async () => ({ problems: await checkBoundaries(sources(built)) }) },
  {
    name: 'cycles',
    run: async () =>
      tool('depcruise', ['--config', join(projectRoot, '.dependency-cruiser.cjs'), ...built.filter((folder) => existsSync(join(outRoot, folder)))], outRoot),
  },
  { name: 'file sizes', run: async () => sizes() },
  { name: 'dead exports', run: async () => ({ problems: deadExports(sources(built), sources(code)) }) },
  { name: 'views x themes', run: async () => script('check-views.js') },
  { name: 'translations', run: async () => script('check-locales.js') },
  { name: 'api document', run: async () => script('check-api.js') },
];

function tool(name: string, args: readonly string[], cwd = projectRoot): { problems: string[] } {
  return run(join(projectRoot, 'node_modules/.bin', name), args, cwd);
}

function script(name: string): { problems: string[] } {
  return run(process.execPath, [join(outRoot, 'scripts', name)], projectRoot);
}

function run(command: string, args: readonly string[], cwd: string): { problems: string[] } {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (done.status === 0) return { problems: [] };
  const output = `${done.stdout ?? ''}${done.stderr ?? ''}`.trim();
  return { problems: [output || (done.error?.message ?? `${command} ended with ${done.status}`)] };
}

function sizes(): { note: string; problems: string[] } {
  const { sizes: found, problems } = checkFiles(sources(built));
  return { note: `${found.files} files: median ${found.median}, p90 ${found.p90}, max ${found.max} lines`, problems };
}

let failed = 0;
for (const check of checks) {
  const start = performance.now();
  const { note, problems } = await check
    .run()
    .catch((error: unknown) => ({ note: '', problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] }));
  if (problems.length > 0) failed += 1;
  console.log(
    `${problems.length === 0 ? 'ok  ' : 'FAIL'} ${check.name.padEnd(16)} ${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s  ${note ?? ''}`,
  );
  for (const problem of problems) console.log(problem.replaceAll(/^/gm, '       '));
}
console.log(failed === 0 ? `All ${checks.length} checks passed.` : `${failed} of ${checks.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
