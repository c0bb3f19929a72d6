import { ConfigError, loadConfig } from '../config/index.js';
import { createApp } from './app.js';
import { StartError } from './start-error.js';

try {
  const config = loadConfig({ env: process.env });
  const app = await createApp({ config, safeMode: process.argv.includes('--safe-mode') });
  await app.start();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void app.close().then(() => process.exit(0)));
  }
} catch (error) {
  // What the administrator can mend is a sentence; everything else is a fault with its stack.
  if (error instanceof ConfigError) console.error(`Portico cannot start. The configuration is wrong:\n- ${error.problems.join('\n- ')}`);
  else if (error instanceof StartError) console.error(`Portico cannot start. ${error.message}`);
  else console.error(error);
  process.exit(1);
}
