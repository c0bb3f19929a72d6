import 'reflect-metadata';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { outRoot, projectRoot } from '../core/paths.js';
import type { Manifest } from '../core/plugin/manifest.js';
import { languages } from '../core/views/translator.js';

// Every text a person sees exists in every language, with the same variables and all plural forms.

type Texts = Map<string, string>;
interface Namespace {
  name: string;
  folders: string[];
  /** By language. */
  texts: Map<string, Texts>;
  manifest: Manifest | null;
}

const problems: string[] = [];
const pluralSuffix = /_(zero|one|two|few|many|other)$/;
const folders = (path: string): string[] =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((e) => e.isDirectory())
        .map((e) => join(path, e.name))
        .sort()
    : [];
const files = (path: string): string[] =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true, recursive: true })
        .filter((e) => e.isFile())
        .map((e) => join(e.parentPath, e.name))
        .sort()
    : [];
const shown = (path: string): string => relative(projectRoot, path);
const variables = (text: string): string[] => [...new Set([...text.matchAll(/\{\{\s*([\w.]+)/g)].map((match) => match[1] ?? ''))].sort();

function readTexts(localeFolders: string[]): Map<string, Texts> {
  const all = new Map<string, Texts>(languages.map((language) => [language, new Map()]));
  for (const folder of localeFolders) {
    for (const path of files(folder)) {
      const texts = all.get(/([\w-]+)\.json$/.exec(path)?.[1] ?? '');
      if (!texts) {
        problems.push(`${shown(path)}: not one of the languages ${languages.join(', ')}`);
        continue;
      }
      for (const [key, text] of Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)) {
        if (typeof text !== 'string' || text.trim() === '') problems.push(`${shown(path)}: "${key}" is not a text`);
        else if (texts.has(key)) problems.push(`${shown(path)}: "${key}" stands twice in its namespace`);
        else texts.set(key, text);
      }
    }
  }
  return all;
}

async function readNamespaces(): Promise<Namespace[]> {
  const load = async (path: string): Promise<Manifest | null> => {
    const compiled = join(outRoot, path);
    return existsSync(compiled) ? ((await import(pathToFileURL(compiled).href)) as { manifest: Manifest }).manifest : null;
  };
  const coreAreas = [...folders(join(projectRoot, 'core')), ...folders(join(projectRoot, 'themes'))];
  const found: Namespace[] = [
    { name: 'core', folders: coreAreas, texts: readTexts(coreAreas.map((area) => join(area, 'locales'))), manifest: await load('core/manifest.js') },
  ];
  for (const folder of folders(join(projectRoot, 'plugins'))) {
    const name = relative(join(projectRoot, 'plugins'), folder);
    found.push({ name, folders: [folder], texts: readTexts([join(folder, 'locales')]), manifest: await load(`plugins/${name}/manifest.js`) });
  }
  return found;
}

/** Same keys and variables everywhere; a plural has exactly the forms that the language counts with. */
function compareLanguages({ name, texts }: Namespace): void {
  const bases = new Map<string, { plural: boolean; vars: string; from: string }>();
  for (const [language, all] of texts) {
    for (const [key, text] of all) {
      const plural = pluralSuffix.test(key) && all.has(key.replace(pluralSuffix, '_other'));
      const base = plural ? key.replace(pluralSuffix, '') : key;
      // "one" may leave the number out ("an order"), so the number itself is not compared.
      const vars = variables(text)
        .filter((v) => !(plural && v === 'count'))
        .join(', ');
      const known = bases.get(base);
      if (!known) bases.set(base, { plural, vars, from: language });
      else if (known.vars !== vars) problems.push(`${name}:${key}: variables (${vars}) in ${language}, (${known.vars}) in ${known.from}`);
    }
  }
  for (const [base, { plural }] of bases) {
    for (const [language, all] of texts) {
      const wanted = plural ? new Intl.PluralRules(language).resolvedOptions().pluralCategories.map((form) => `${base}_${form}`) : [base];
      for (const key of wanted) if (!all.has(key)) problems.push(`${name}:${key}: missing in ${language}`);
    }
  }
}

/** Keys that follow from what a manifest declares. */
function conventions(manifest: Manifest): string[] {
  const keys = manifest.id === 'core' ? [] : ['plugin.name', 'plugin.description'];
  for (const id of Object.keys(manifest.permissions ?? {})) keys.push(`permission.${id}`, `permission.${id}.help`);
  for (const [id, setting] of Object.entries(manifest.settings ?? {})) {
    keys.push(`setting.${id}`, `setting.${id}.help`);
    if (setting.section) keys.push(`settings.section.${setting.section}`);
    if (setting.type === 'choice' || setting.type === 'several') for (const option of setting.options) keys.push(`setting.${id}.${option}`);
  }
  for (const id of Object.keys(manifest.events ?? {})) keys.push(`event.${id}`);
  for (const [id, template] of Object.entries(manifest.templates ?? {})) {
    keys.push(`mail.${id}.subject`, `mail.${id}.text`);
    if (template.action) keys.push(`mail.${id}.action`);
    if (template.sms) keys.push(`mail.${id}.sms`);
  }
  return keys;
}

/** Literal keys of a source file, and the actions it writes to the audit log. */
function usedIn(path: string, namespace: string, known: ReadonlySet<string>): string[] {
  const text = readFileSync(path, 'utf8');
  const first = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? '');
  if (path.endsWith('.hbs')) return first(/[{(~]\s*t "([^"]+)"/g);
  const keys = [
    ...first(/\bt\('([\w:.-]+)'/g),
    ...first(/\b(?:key|label|title|text): '([\w-]+:[\w.-]+)'/g),
    ...first(/['"]([a-z][\w-]*:[a-z][\w-]*(?:\.[\w-]+)+)['"]/g).filter((key) => known.has(key.slice(0, key.indexOf(':')))),
    ...first(/\bmenu\.add\([^)]*?\blabel: '([\w:.-]+)'/g),
  ];
  for (const action of first(/\brecord\(\s*\w+(?:\.\w+)*,\s*\{\s*action: '([\w.-]+)'/g)) {
    const owner = action.slice(0, action.indexOf('.'));
    keys.push(known.has(owner) ? `${owner}:audit.${action.slice(owner.length + 1)}` : `${namespace}:audit.${action}`);
  }
  return keys;
}

const namespaces = await readNamespaces();
const byName = new Map(namespaces.map((namespace) => [namespace.name, namespace]));
const known = new Set(byName.keys());
const exists = (namespace: string, key: string): boolean => {
  const english = byName.get(namespace)?.texts.get('en');
  return english !== undefined && (english.has(key) || english.has(`${key}_other`));
};
for (const namespace of namespaces) {
  compareLanguages(namespace);
  for (const key of namespace.manifest ? conventions(namespace.manifest) : []) {
    if (!exists(namespace.name, key)) problems.push(`${namespace.name}:${key}: declared by the manifest, but there is no text`);
  }
  for (const path of namespace.folders.flatMap(files).filter((file) => /\.(hbs|ts)$/.test(file))) {
    const override = /[\\/]themes[\\/][^\\/]+[\\/]views[\\/]([^\\/]+)[\\/]/.exec(path)?.[1];
    for (const key of new Set(usedIn(path, namespace.name, known))) {
      const at = key.indexOf(':');
      const own = at < 0 ? (override ?? namespace.name) : key.slice(0, at);
      if (!exists(own, key.slice(at + 1)) && !exists('core', key.slice(at + 1)))
        problems.push(`${shown(path)}: there is no text "${own}:${key.slice(at + 1)}"`);
    }
  }
}
for (const problem of problems) console.error(problem);
const count = namespaces.reduce((sum, { texts }) => sum + (texts.get('en')?.size ?? 0), 0);
console.log(`locales: ${count} texts in ${languages.length} languages, ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;
