import { ConfigError, loadConfig } from '../config/index.js';
import { createApp, type App } from './app.js';
import { CrashLog } from './crash-log.js';
import { StartError } from './start-error.js';
import { cannotStart } from './supervisor.js';

/** The plugin in whose code an error arose, by its stack. */
const suspect = (error: unknown): string | null =>
  error instanceof Error ? (/[\\/]plugins[\\/]([a-z0-9-]+)[\\/]/.exec(error.stack ?? '')?.[1] ?? null) : null;

/** Starts Portico and keeps to the rules of a process: clean ends, and a fault belongs to somebody or ends it. */
async function serve(): Promise<void> {
  const config = loadConfig({ env: process.env });
  const crashes = new CrashLog(config.dataDir);
  const safeMode = config.safeMode || process.argv.includes('--safe-mode') || crashes.tooMany();
  crashes.started();
  let app: App | null = null;
  const end = async (code: number): Promise<void> => {
    await app?.close();
    if (code === 0) crashes.endedWell();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(0));
  // The supervisor is gone: nobody would stop this process later.
  process.once('disconnect', () => void end(0));
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(kind, (error: unknown) => {
      const plugin = suspect(error);
      if (plugin && app) return app.host.fault(plugin, error);
      console.error(error);
      void end(1);
    });
  }
  app = await createApp({ config, safeMode });
  await app.start();
}

serve().catch((error: unknown) => {
  // What the administrator can mend is a sentence; everything else is a fault with its stack.
  if (error instanceof ConfigError) console.error(`Portico cannot start. The configuration is wrong:\n- ${error.problems.join('\n- ')}`);
  else if (error instanceof StartError) console.error(`Portico cannot start. ${error.message}`);
  else console.error(error);
  process.exit(error instanceof ConfigError || error instanceof StartError ? cannotStart : 1);
});
