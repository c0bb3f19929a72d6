// Run as a process of its own: imports plugins one by one and tells what each import left behind. Files and processes are forbidden to it.
import 'reflect-metadata';
import { pathToFileURL } from 'node:url';

interface Left {
  file: string;
  left: string[];
}
const signals = ['exit', 'uncaughtException', 'unhandledRejection', 'SIGTERM', 'SIGINT', 'warning', 'beforeExit'];
const picture = () => ({
  resources: process.getActiveResourcesInfo().sort().join(),
  listeners: signals.map((name) => `${name} ${process.listenerCount(name)}`).join(),
  globals: Object.getOwnPropertyNames(globalThis).sort().join(),
  environment: JSON.stringify(process.env),
  folder: process.cwd(),
});

// Some packages look whether the output is a terminal, which opens it: that harms nobody.
void [process.stdout, process.stderr];
const [api, ...files] = process.argv.slice(2);
await import(pathToFileURL(api ?? '').href);
// What the loader itself does late, such as closing the files it read, is not the plugin's.
const settle = () => new Promise((done) => setTimeout(done, 20));
await settle();
const results: Left[] = [];
for (const file of files) {
  const before = picture();
  const result: Left = { file, left: [] };
  try {
    await import(pathToFileURL(file).href);
    await settle();
    const after = picture();
    for (const key of Object.keys(before) as (keyof typeof before)[])
      if (before[key] !== after[key]) result.left.push(`${key}: ${before[key]} -> ${after[key]}`);
  } catch (error) {
    result.left.push(String(error));
  }
  results.push(result);
}
console.log(JSON.stringify(results));
