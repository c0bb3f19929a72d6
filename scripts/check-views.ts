import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../core/paths.js';
import { loadAssets } from '../core/views/assets.js';
import { createViews } from '../core/views/engine.js';
import { createTranslator } from '../core/views/translator.js';

// Every view of the core and of all plugins compiles in every theme, and every partial it names exists there.

const log = { info: () => undefined, warn: () => undefined, error: (data: object, message: string) => console.error(message, data) };
const problems: string[] = [];
const views = createViews({
  themesRoot: join(projectRoot, 'themes'),
  coreViews: join(projectRoot, 'core/admin/views'),
  translator: createTranslator(),
  assets: loadAssets(join(projectRoot, 'public')),
  log,
});
for (const plugin of readdirSync(join(projectRoot, 'plugins'), { withFileTypes: true })) {
  const folder = join(projectRoot, 'plugins', plugin.name, 'views');
  if (!existsSync(folder)) continue;
  try {
    views.add(plugin.name, folder);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
}
problems.push(...views.check());
for (const problem of problems) console.error(problem);
console.log(`views: ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;
