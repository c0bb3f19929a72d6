import type { FormState } from '../http/types.js';
import type { SettingState } from '../settings/settings-service.js';
import type { SettingDecl } from '../settings/types.js';
import type { SettingTexts } from './setting-texts.js';

const CONTROLS: Record<SettingDecl['type'], string> = {
  text: 'input',
  longtext: 'textarea',
  number: 'input',
  port: 'input',
  duration: 'input',
  switch: 'switch',
  choice: 'select',
  several: 'checks',
  secret: 'secret',
  color: 'color',
  file: 'file',
  addresses: 'textarea',
};

/** Pages that try out what a setting says and show the real answer. */
const TESTS: Readonly<Record<string, string>> = { 'core.mailServer': '/settings/mail-test', 'core.smsFrom': '/settings/sms-test' };

interface Field {
  key: string;
  section: string;
  control: string;
  error: string;
  [name: string]: unknown;
}
interface Section {
  id: string;
  title: string;
  fields: Field[];
}

/** The rows of a generated page, grouped by section in the order of declaration. */
export function sections(states: readonly SettingState[], form: FormState, texts: SettingTexts): Section[] {
  const found = new Map<string, Section>();
  for (const state of states) {
    const id = state.decl.section ?? 'general';
    const section = found.get(id) ?? { id, title: texts.section(state.plugin, id), fields: [] };
    found.set(id, section);
    section.fields.push(field(state, form, texts));
  }
  return [...found.values()];
}

/** One row: what was typed wins over what is stored, so that no input is lost by a mistake. */
function field(state: SettingState, form: FormState, texts: SettingTexts): Field {
  const { key, decl } = state;
  const help = texts.help(state);
  const typed = 'revision' in form.values;
  const value = typed && !decl.readonly ? form.values[key] : state.value;
  return {
    key,
    section: decl.section ?? 'general',
    control: decl.readonly ? 'static' : CONTROLS[decl.type],
    ...inputHints(decl),
    label: texts.label(state),
    help,
    unit: texts.unit(decl),
    error: form.errors[key] ?? '',
    describedBy: `error-${key}${help === '' ? '' : ` hint-${key}`}`,
    text: plain(value),
    shown: texts.value(state, state.value),
    checked: typed ? value !== undefined && value !== false : value === true,
    clear: form.values[`clear:${key}`] !== undefined,
    options: options(state, value, texts),
    default: isEmpty(decl.default) ? '' : texts.value(state, decl.default),
    changed: state.changed && !decl.readonly,
    resettable: state.changed && !decl.readonly && decl.type !== 'secret',
    savedAt: state.changed ? state.updatedAt : null,
    test: TESTS[key] ?? '',
  };
}

/** What stands in a text control; anything hostile that is not text is not shown again. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

function inputHints(decl: SettingDecl): object {
  switch (decl.type) {
    case 'text':
      return {
        type: decl.format === 'email' || decl.format === 'url' ? decl.format : 'text',
        maxlength: decl.maxLength ?? 200,
        required: decl.required ?? false,
      };
    case 'longtext':
      return { rows: 6, maxlength: decl.maxLength };
    case 'addresses':
      return { rows: 4 };
    case 'number':
      return { type: 'text', inputmode: 'decimal' };
    case 'port':
    case 'duration':
      return { type: 'text', inputmode: 'numeric' };
    case 'file':
      return { accept: decl.accept.join(','), maxBytes: decl.maxBytes };
    default:
      return {};
  }
}

function options(state: SettingState, value: unknown, texts: SettingTexts): object[] {
  if (!('options' in state.decl)) return [];
  const chosen = [value].flat();
  return state.decl.options.map((option) => ({ value: option, label: texts.option(state, option), selected: chosen.includes(option) }));
}
