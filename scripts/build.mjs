// Builds everything that runs: names of views, compiled TypeScript, browser bundles, styles, icons. Plain JavaScript because it runs before anything is compiled.
//   node scripts/build.mjs [--out <dir>] [--if-needed] [--watch]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, watch, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = dirname(import.meta.dirname);
const flag = (name) => process.argv.includes(name);
const outAt = process.argv.indexOf('--out');
const out = resolve(root, outAt > 0 ? process.argv[outAt + 1] : 'dist');
const publicDir = join(out, 'public');
const stamp = join(out, '.built');
const sourceFolders = ['core', 'plugins', 'config', 'themes', 'scripts', 'test'];
const sourceFiles = ['package.json', 'package-lock.json', 'tsconfig.json'];
const require = createRequire(import.meta.url);

const has = (name) => existsSync(join(root, 'node_modules', name, 'package.json'));
const folders = (path) =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((e) => e.isDirectory())
        .map((e) => e.name)
        .sort()
    : [];
function walk(path) {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort();
}
function write(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Newer than the last build? Folders count too: their time changes when a file is removed. */
function changedSince(time) {
  const newer = (path) => existsSync(path) && statSync(path).mtimeMs > time;
  if (sourceFiles.some((f) => newer(join(root, f)))) return true;
  return sourceFolders.some((folder) => {
    const path = join(root, folder);
    return newer(path) || (existsSync(path) && readdirSync(path, { withFileTypes: true, recursive: true }).some((e) => newer(join(e.parentPath, e.name))));
  });
}

function viewNames() {
  const names = [];
  const add = (prefix, folder) => {
    for (const file of walk(folder)) if (file.endsWith('.hbs')) names.push(`${prefix}/${relative(folder, file).split(sep).join('/').slice(0, -4)}`);
  };
  add('core', join(root, 'core/admin/views'));
  for (const id of folders(join(root, 'plugins'))) add(id, join(root, 'plugins', id, 'views'));
  const lines = names.map((name) => `    '${name}': true;`).join('\n');
  write(join(root, '.generated/views.d.ts'), `export {};\ndeclare module '../core/views/types.js' {\n  interface ViewNames {\n${lines}\n  }\n}\n`);
  return names.length;
}

function compile() {
  const compiled = existsSync(join(out, 'core'));
  if (!has('typescript')) {
    if (!compiled) throw new Error('typescript is not installed and nothing is compiled yet: run "npm install" with development packages once.');
    console.log('build: typescript is not installed, the compiled code is used as it is');
    return true;
  }
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const done = spawnSync(process.execPath, [tsc, '-p', root, '--outDir', out, '--tsBuildInfoFile', join(out, '.tsbuildinfo')], { stdio: 'inherit' });
  // Code whose source is gone would still be found, by the migrations and the plugin host above all.
  for (const folder of ['core', 'plugins', 'config', 'scripts', 'test']) {
    for (const file of walk(join(out, folder))) {
      const source = join(root, relative(out, file)).replace(/\.js(\.map)?$/, '.ts');
      if (/\.js(\.map)?$/.test(file) && !existsSync(source)) rmSync(file);
    }
  }
  return done.status === 0;
}

/** Files of one build of `public/`, by logical name. */
class Output {
  manifest = {};
  /** Writes a file under a name that tells its content, so that browsers may keep it for ever. */
  emit(name, content) {
    const extension = extname(name);
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
    const file = `${name.slice(0, -extension.length || undefined).replaceAll('/', '-')}.${hash}${extension}`;
    this.manifest[name] = file;
    const path = join(publicDir, file);
    if (existsSync(path)) return file;
    writeFileSync(path, content);
    if (content.length > 1024 && !/\.(woff2|png|jpe?g|webp|avif|gif|zip)$/.test(name)) {
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      writeFileSync(
        `${path}.br`,
        brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
      );
    }
    return file;
  }
  /** Removes what no name leads to any more, then publishes the names. */
  finish() {
    const wanted = new Set(Object.values(this.manifest).flatMap((f) => [f, `${f}.gz`, `${f}.br`]));
    for (const file of readdirSync(publicDir)) if (file !== 'manifest.json' && !wanted.has(file)) rmSync(join(publicDir, file), { recursive: true });
    write(join(publicDir, 'manifest.json'), `${JSON.stringify(this.manifest, null, 2)}\n`);
  }
}

function iconNames() {
  const names = new Set();
  const extra = join(root, 'themes/base/icons.txt');
  if (existsSync(extra)) for (const line of readFileSync(extra, 'utf8').split('\n')) if (/^[a-z]/.test(line)) names.add(line.trim());
  const patterns = { '.hbs': /\bicon[ =]"([a-z][a-z0-9-]*)"/g, '.ts': /\bicon(?:: |=| )['"]([a-z][a-z0-9-]*)['"]/g };
  for (const file of ['core', 'plugins', 'themes'].flatMap((f) => walk(join(root, f)))) {
    const pattern = patterns[extname(file)];
    if (pattern) for (const match of readFileSync(file, 'utf8').matchAll(pattern)) names.add(match[1]);
  }
  return [...names].sort();
}

function sprite() {
  const icons = join(root, 'node_modules/lucide-static/icons');
  const symbols = [];
  for (const name of iconNames()) {
    const file = join(icons, `${name}.svg`);
    if (!existsSync(file)) {
      console.warn(`build: no icon is called "${name}"`);
      continue;
    }
    const body = readFileSync(file, 'utf8')
      .replace(/^[\s\S]*?<svg[^>]*>/, '')
      .replace('</svg>', '')
      .replace(/\s*\n\s*/g, '')
      .replaceAll(' />', '/>');
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${symbols.join('')}</svg>\n`;
}

async function assets() {
  if (!has('esbuild')) {
    if (!existsSync(join(publicDir, 'manifest.json')))
      throw new Error('esbuild is not installed and public/ is not built yet: run "npm install" with development packages once.');
    console.log('build: esbuild is not installed, public/ is used as it is');
    return;
  }
  const esbuild = await import('esbuild');
  mkdirSync(publicDir, { recursive: true });
  const output = new Output();
  const file = (name, path) => output.emit(name, readFileSync(path));

  const inter = join(root, 'node_modules/@fontsource-variable/inter/files');
  const fonts = new Map([
    ['inter-latin.woff2', join(inter, 'inter-latin-wght-normal.woff2')],
    ['inter-latin-ext.woff2', join(inter, 'inter-latin-ext-wght-normal.woff2')],
  ]);
  for (const [name, path] of fonts) file(name, path);
  file('htmx.js', require.resolve('htmx.org/dist/htmx.min.js'));
  output.emit('icons.svg', Buffer.from(sprite()));
  for (const kind of ['themes', 'plugins']) {
    for (const owner of folders(join(root, kind))) {
      const folder = join(root, kind, owner, 'assets');
      for (const path of walk(folder)) file(`${owner}/${relative(folder, path).split(sep).join('/')}`, path);
    }
  }

  // Every url() in a style gets a hashed name too: a file beside the style, of a package, or `/assets/<owner>/<file>`.
  const urls = {
    name: 'urls',
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) => {
        if (args.kind !== 'url-token' || args.path.startsWith('data:') || args.path.startsWith('#')) return undefined;
        const [path, tail = ''] = args.path.split(/(?=[#?])/);
        const tried = path.startsWith('/assets/')
          ? [fonts.get(path.slice(8)), join(root, 'themes', path.slice(8).replace('/', '/assets/'))]
          : [fonts.get(path), resolve(args.resolveDir, path), join(root, 'node_modules', path)];
        const found = tried.find((at) => at && existsSync(at));
        if (!found) return { errors: [{ text: `No such file: ${args.path}` }] };
        const font = [...fonts].find(([, at]) => at === found)?.[0];
        return { path: `/assets/${file(font ?? nameOf(found), found)}${tail}`, external: true };
      });
    },
  };
  const nameOf = (path) => {
    const [, owner, rest] = /(?:themes|plugins)[\\/]([^\\/]+)[\\/]assets[\\/](.+)$/.exec(path) ?? [];
    return owner ? `${owner}/${rest.split(sep).join('/')}` : basename(path);
  };
  const bundle = async (name, entry, extra) => {
    const result = await esbuild.build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      write: false,
      legalComments: 'none',
      logLevel: 'warning',
      absWorkingDir: root,
      ...extra,
    });
    output.emit(name, Buffer.from(result.outputFiles[0].contents));
  };
  const script = (name, entry) => bundle(name, entry, { format: 'esm', target: 'es2022', platform: 'browser' });
  const tasks = [];
  for (const theme of folders(join(root, 'themes'))) {
    const entry = join(root, 'themes', theme, 'theme.css');
    if (existsSync(entry)) tasks.push(bundle(`${theme}.css`, entry, { target: ['chrome123', 'firefox120', 'safari17.5'], plugins: [urls] }));
  }
  const app = join(root, 'core/views/browser/app.ts');
  if (existsSync(app)) tasks.push(script('app.js', app));
  // For the few pages that need more.
  for (const entry of walk(join(root, 'core/views/browser/pages'))) tasks.push(script(`core/${basename(entry, '.ts')}.js`, entry));
  for (const id of folders(join(root, 'plugins'))) {
    const folder = join(root, 'plugins', id, 'browser');
    for (const entry of existsSync(folder) ? readdirSync(folder) : [])
      if (/^[a-z].*\.ts$/.test(entry)) tasks.push(script(`${id}/${basename(entry, '.ts')}.js`, join(folder, entry)));
    const style = join(root, 'plugins', id, 'browser', 'style.css');
    if (existsSync(style)) tasks.push(bundle(`${id}/style.css`, style, { plugins: [urls] }));
  }
  await Promise.all(tasks);
  output.finish();
}

async function build() {
  const began = Date.now();
  const names = viewNames();
  mkdirSync(out, { recursive: true });
  const [ok] = await Promise.all([compile(), assets()]);
  if (ok) {
    writeFileSync(stamp, '');
    // What was changed while the build ran belongs to the next one.
    utimesSync(stamp, began / 1000, began / 1000);
  }
  console.log(`build: ${names} views, ${ok ? 'done' : 'with type errors'}, ${Date.now() - began} ms`);
  return ok;
}

function develop() {
  let server = null;
  let timer = null;
  const start = () => {
    server = spawn(process.execPath, [join(out, 'core/main.js')], { stdio: 'inherit', cwd: root });
  };
  const rebuild = async (restart) => {
    try {
      if (!(await build()) || !restart) return;
    } catch (error) {
      console.error(`build: ${error.message}`);
      return;
    }
    if (server && server.exitCode === null) {
      server.once('exit', start);
      server.kill('SIGTERM');
    } else start();
  };
  let code = false;
  for (const folder of sourceFolders.filter((f) => f !== 'test' && existsSync(join(root, f)))) {
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      // Views are read again by the running server; everything else needs a new one.
      code ||= !file?.endsWith('.hbs');
      clearTimeout(timer);
      timer = setTimeout(() => {
        void rebuild(code);
        code = false;
      }, 150);
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      server?.kill(signal);
      process.exit(0);
    });
  }
  void rebuild(true);
}

if (flag('--watch')) develop();
else if (flag('--if-needed') && existsSync(stamp) && existsSync(join(publicDir, 'manifest.json')) && !changedSince(statSync(stamp).mtimeMs)) process.exit(0);
else process.exitCode = (await build().catch((error) => (console.error(`build: ${error.message}`), false))) ? 0 : 1;
