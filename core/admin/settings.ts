import { extname } from 'node:path';
import type { AccountService } from '../accounts/types.js';
import { InvalidInputError, NotFoundError, type Message } from '../errors.js';
import type { Files } from '../files/types.js';
import { guard, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { readForm, rebase, type Posted } from '../settings/setting-form.js';
import type { SettingsService, SettingState } from '../settings/settings-service.js';
import type { HistoryRow } from '../settings/tables.js';
import type { Translator } from '../views/types.js';
import { z } from 'zod';
import { sections } from './setting-fields.js';
import { fold, SettingTexts } from './setting-texts.js';

export interface SettingsPageDeps {
  settings: SettingsService;
  accounts: Pick<AccountService, 'getMany'>;
  files: Pick<Files, 'keep'>;
  translator: Translator;
}
const HISTORY_PAGE = 50;
const fieldText = z.string().max(20_000);
const posted = z.record(z.string(), z.union([fieldText, z.array(fieldText).max(300)]));

/** The generated settings pages. Register them last among the pages below /settings: `/settings/:plugin` takes every one-word path. */
export function settingsPages(deps: SettingsPageDeps): PageModule {
  const { settings } = deps;
  const read = guard('core.settings.manage');
  const write = guard('core.settings.manage', 'write');
  return (page) => {
    page.get('/settings', read, (c) => index(deps, c));
    page.form('/settings/:plugin', write, {
      schema: posted,
      initial: () => ({}),
      show: (c, form) => show(deps, c, form),
      submit: (c, input) => submit(deps, c, input),
      uploads: {
        // Asked at each request: which plugins are active, and so which fields exist, changes while we run.
        get fields() {
          return settings.states().flatMap(({ key, decl }) => (decl.type === 'file' ? [key] : []));
        },
        maxFiles: 10,
        maxBytes: 10_000_000,
      },
    });
    page.post('/settings/:plugin/reset', write, async (c) => {
      const plugin = topic(settings, c);
      const { key } = c.body(z.object({ key: z.string().max(140) }));
      if (!settings.states(plugin).some((state) => state.key === key)) throw new NotFoundError();
      await settings.reset(c.actor, key);
      c.redirect(`/settings/${plugin}#row-${key}`, { key: 'core:settings.toast.reset' });
    });
    page.get('/settings/:plugin/history', read, (c) => history(deps, c));
    page.post('/settings/:plugin/history/:id/revert', write, async (c) => {
      const plugin = topic(settings, c);
      await settings.revert(c.actor, c.id());
      c.redirect(`/settings/${plugin}/history`, { key: 'core:settings.toast.reverted' });
    });
  };
}

function topic(settings: SettingsService, c: PageContext): string {
  const plugin = c.params.plugin ?? '';
  if (!settings.plugins().includes(plugin)) throw new NotFoundError();
  return plugin;
}

function index({ settings, translator }: SettingsPageDeps, c: PageContext): void {
  const { q } = c.query(z.object({ q: z.string().max(200).default('') }));
  if (q.trim() === '') return c.redirect('/settings/core');
  const texts = new SettingTexts(translator, c);
  const words = fold(q).split(/\s+/).filter(Boolean);
  const results = settings
    .states()
    .filter((state) => words.every((word) => texts.searchable(state).includes(word)))
    .map((state) => ({
      label: texts.label(state),
      help: texts.help(state),
      topic: texts.topic(state.plugin),
      value: texts.value(state, state.decl.type === 'secret' ? state.changed : state.value),
      href: `/settings/${state.plugin}#row-${state.key}`,
    }));
  c.view('core/settings-search', { q, results }, { title: c.t('core:settings.search.title') });
}

async function show({ settings, translator, accounts }: SettingsPageDeps, c: PageContext, form: FormState): Promise<void> {
  const plugin = topic(settings, c);
  const texts = new SettingTexts(translator, c);
  const states = settings.states(plugin);
  const current = await untouched(settings, plugin, states, form);
  const [last] = await settings.historyOf(plugin, 1);
  const editor = last?.account_id ? (await accounts.getMany([last.account_id])).get(last.account_id) : undefined;
  const title = texts.topic(plugin);
  c.view(
    'core/settings',
    {
      plugin,
      title,
      form: current,
      revision: await settings.revision(plugin),
      sections: sections(states, current, texts),
      last: last && { at: last.at, name: editor?.name ?? '' },
    },
    { title, ...(form.summary.length > 0 && { status: 422 }) },
  );
}

/** On a form shown again, fields that only others changed show the others' value: saving again must not take it back. */
async function untouched(settings: SettingsService, plugin: string, states: readonly SettingState[], form: FormState): Promise<FormState> {
  if (!('revision' in form.values)) return form;
  const values = readForm(states, form.values as Posted);
  const merged = rebase(states, values, await settings.since(plugin, revisionOf(form.values.revision))).values;
  const followed = states.filter(({ key }) => key in values && !(key in merged));
  return { ...form, values: { ...form.values, ...Object.fromEntries(followed.map(({ key, value }) => [key, value === false ? undefined : value])) } };
}

async function submit(deps: SettingsPageDeps, c: PageContext, input: z.output<typeof posted>): Promise<void> {
  const { settings } = deps;
  const plugin = topic(settings, c);
  const states = settings.states(plugin);
  const typed = { ...readForm(states, input), ...(await keepFiles(deps, c, states)) };
  const { values, conflicts } = rebase(states, typed, await settings.since(plugin, revisionOf(input.revision)));
  if (conflicts.length > 0) throw new InvalidInputError(await conflictSentences(deps, c, states, conflicts));
  const changed = await settings.change(c.actor, values);
  const undo = changed.length === 1 ? `/settings/${plugin}/history/${await settings.revision(plugin)}/revert` : undefined;
  const key = changed.length === 0 ? 'core:settings.toast.nothing' : 'core:settings.toast.saved';
  c.redirect(`/settings/${plugin}`, { key, vars: { count: changed.length }, ...(undo !== undefined && { undo }) });
}

async function keepFiles({ files }: SettingsPageDeps, c: PageContext, states: readonly SettingState[]): Promise<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const { key, decl } of states) {
    const upload = c.uploads.find((entry) => entry.field === key && entry.size > 0);
    if (decl.type !== 'file' || !upload) continue;
    const types = decl.accept.join(', ');
    if (!decl.accept.includes(extname(upload.name).toLowerCase()))
      throw new InvalidInputError({ [key]: { key: 'core:settings.error.fileType', vars: { types } } });
    if (upload.size > decl.maxBytes) throw new InvalidInputError({ [key]: { key: 'core:settings.error.fileSize', vars: { max: c.fmt.bytes(decl.maxBytes) } } });
    kept[key] = (await files.keep(c.actor, upload, { kind: 'core.setting', id: 1 })).id;
  }
  return kept;
}

async function conflictSentences(
  { accounts, translator }: SettingsPageDeps,
  c: PageContext,
  states: readonly SettingState[],
  rows: readonly HistoryRow[],
): Promise<Record<string, Message>> {
  const texts = new SettingTexts(translator, c);
  const people = await accounts.getMany(rows.flatMap((row) => row.account_id ?? []));
  const sentences = rows.map((row): [string, Message] => {
    const state = states.find((entry) => entry.key === row.key);
    const name = people.get(row.account_id ?? 0)?.name ?? c.t('core:settings.system');
    const value = state ? texts.value(state, state.decl.type === 'secret' ? state.changed : state.value) : '';
    return [row.key, { key: 'core:settings.error.conflict', vars: { name, value, time: c.fmt.time(row.at) } }];
  });
  return Object.fromEntries(sentences);
}

async function history({ settings, accounts, translator }: SettingsPageDeps, c: PageContext): Promise<void> {
  const plugin = topic(settings, c);
  const { before } = c.query(z.object({ before: z.coerce.number().int().positive().optional() }));
  const texts = new SettingTexts(translator, c);
  const found = await settings.historyOf(plugin, HISTORY_PAGE + 1, before);
  const rows = found.slice(0, HISTORY_PAGE);
  const people = await accounts.getMany(rows.flatMap((row) => row.account_id ?? []));
  const states = new Map(settings.states(plugin).map((state) => [state.key, state]));
  const items = rows.map((row) => {
    const state = states.get(row.key);
    const value = (text: string | null): string => (state ? texts.value(state, text === null ? state.decl.default : JSON.parse(text)) : (text ?? ''));
    return {
      id: row.id,
      at: row.at,
      key: row.key,
      label: state ? texts.label(state) : row.key,
      name: people.get(row.account_id ?? 0)?.name ?? '',
      before: value(row.before),
      after: value(row.after),
      toDefault: row.after === null,
      revertible: state !== undefined && state.decl.type !== 'secret',
    };
  });
  const next = found.length > HISTORY_PAGE ? `/settings/${plugin}/history?before=${rows.at(-1)?.id}` : null;
  c.view('core/settings-history', { plugin, topic: texts.topic(plugin), items, next }, { title: c.t('core:settings.history.title') });
}

/** What the form was made from; anything strange counts as nothing seen yet. */
function revisionOf(typed: unknown): number {
  const revision = Number(typed);
  return Number.isSafeInteger(revision) ? revision : 0;
}
