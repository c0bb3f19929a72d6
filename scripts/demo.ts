import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError, loadConfig } from '../config/index.js';
import { createApp, type App } from '../core/app.js';
import { StartError } from '../core/start-error.js';
import { logins } from '../plugins/demo/demo-service.js';
import { defaultOrders, loadDemo } from '../plugins/demo/loader.js';
import { removeDemo } from '../plugins/demo/remover.js';
import { DemoStates } from '../plugins/demo/tables.js';

// A Portico of its own to look at: sets itself up, loads the sample data, starts and prints how to get in.

const whole = (text: string): number => {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};
const options = new Command('demo')
  .description('Starts a Portico with sample data in data-demo/.')
  .option('--remove', 'remove the sample data and end')
  .option('--scale <orders>', 'load so many orders', whole, defaultOrders)
  .parse()
  .opts<{ remove?: boolean; scale: number }>();
const print = (done: number, total: number): void => console.log(`${done} of ${total} orders`);

try {
  const app = await createApp({ config: loadConfig({ env: { PORTICO_DATA_DIR: 'data-demo', PORTICO_LOG_LEVEL: 'warn', ...process.env } }), announce: false });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close().then(() => process.exit(0)));
  await app.start();
  if (options.remove) {
    await remove(app);
    await app.close();
  } else {
    await setUp(app);
    await load(app);
    await tell(app);
  }
} catch (error) {
  if (error instanceof ConfigError) console.error(`The sample data cannot be loaded. The configuration is wrong:\n- ${error.problems.join('\n- ')}`);
  else if (error instanceof StartError) console.error(error.message);
  else console.error(error);
  process.exit(1);
}

async function setUp(app: App): Promise<void> {
  if (!(await app.setup.needed())) return;
  const password = randomBytes(9).toString('base64url');
  const administrator = {
    companyName: 'Fjord Service AB',
    name: 'Astrid Admin',
    email: 'admin@fjordservice.example',
    password,
    language: 'en',
    timeZone: 'Europe/Stockholm',
  };
  await app.setup.complete(await app.setup.code(), administrator, null);
  console.log(`\nAdministrator: ${administrator.email}   password: ${password}   (printed only now)\n`);
}

async function load(app: App): Promise<void> {
  const states = app.db.of(DemoStates);
  const { status } = await states.findByPk(1, { rejectOnEmpty: true });
  if (status === 'loaded') return;
  const began = Date.now();
  await removeDemo(app);
  const { password, orders } = await loadDemo(app, { orders: options.scale, progress: print });
  await states.update({ status: 'loaded', password, kept: '[]' }, { where: { id: 1 } });
  console.log(`Loaded ${orders} orders in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

async function remove(app: App): Promise<void> {
  const kept = await removeDemo(app, { progress: print });
  await app.db.of(DemoStates).update({ status: 'empty', password: null, kept: JSON.stringify(kept) }, { where: { id: 1 } });
  console.log('The sample data is removed.');
  for (const { kind, name } of kept) console.log(`Kept, because data of yours belongs to it: ${name} (${kind})`);
}

async function tell(app: App): Promise<void> {
  const { password } = await app.db.of(DemoStates).findByPk(1, { rejectOnEmpty: true });
  console.log(`\nStaff:  ${app.sites.url('staff', '/')}\nPortal: ${app.sites.url('portal', '/')}\n\nPassword of all sample log-ins: ${password}`);
  for (const { kind, name, email, language } of await logins(app.db)) console.log(`  ${kind.padEnd(8)}  ${language}  ${email.padEnd(44)}  ${name}`);
  console.log('\nEnd with Ctrl+C.');
}
