import type { PageContext } from '../http/types.js';
import type { SettingState } from '../settings/settings-service.js';
import type { SettingDecl } from '../settings/types.js';
import type { Translator } from '../views/types.js';

/** The texts of declared settings in the reader's language, found by their conventional keys. */
export class SettingTexts {
  constructor(
    private readonly translator: Translator,
    private readonly c: Pick<PageContext, 'language' | 't' | 'fmt'>,
  ) {}

  topic(plugin: string): string {
    return plugin === 'core' ? this.c.t('core:settings.topic.core') : this.c.t(`${plugin}:plugin.name`);
  }

  section(plugin: string, section: string): string {
    return this.#first(`${plugin}:settings.section.${section}`, `core:settings.section.${section}`);
  }

  label({ plugin, key }: SettingKeyOf): string {
    return this.c.t(textKey(plugin, key));
  }

  help({ plugin, key }: SettingKeyOf): string {
    const help = `${textKey(plugin, key)}.help`;
    return this.translator.has(this.c.language, help) ? this.c.t(help) : '';
  }

  option({ plugin, key }: SettingKeyOf, option: string): string {
    const text = `${textKey(plugin, key)}.${option}`;
    return this.translator.has(this.c.language, text) ? this.c.t(text) : option;
  }

  unit(decl: SettingDecl): string {
    if (decl.type !== 'duration' && decl.type !== 'number') return '';
    // A unit of time is a word, others such as "m²" are the same everywhere.
    const key = `core:settings.unit.${decl.unit}`;
    return this.translator.has(this.c.language, key) ? this.c.t(key) : (decl.unit ?? '');
  }

  /** A value as a sentence shows it. */
  value(setting: SettingKeyOf & { decl: SettingDecl }, value: unknown): string {
    const { decl } = setting;
    if (decl.type === 'secret') return this.c.t(value ? 'core:settings.secret.set' : 'core:settings.empty');
    if (typeof value === 'boolean') return this.c.t(value ? 'core:settings.on' : 'core:settings.off');
    if (typeof value === 'number') return decl.type === 'port' ? String(value) : `${this.c.fmt.number(value)} ${this.unit(decl)}`.trim();
    if (Array.isArray(value)) return value.map((item) => this.option(setting, String(item))).join(', ') || this.c.t('core:settings.empty');
    const text = typeof value === 'string' ? value : '';
    if (text === '') return this.c.t('core:settings.empty');
    return decl.type === 'choice' ? this.option(setting, text) : text;
  }

  /** Everything by which a setting is found, lower case and without accents. */
  searchable(state: SettingState): string {
    const { plugin, decl } = state;
    const options = 'options' in decl ? decl.options.map((option) => this.option(state, option)) : [];
    const section = decl.section ? this.section(plugin, decl.section) : '';
    return fold([this.label(state), this.help(state), state.key, this.topic(plugin), section, ...options].join(' '));
  }

  #first(own: string, fallback: string): string {
    return this.c.t(this.translator.has(this.c.language, own) ? own : fallback);
  }
}
type SettingKeyOf = Pick<SettingState, 'plugin' | 'key'>;

function textKey(plugin: string, key: string): string {
  return `${plugin}:setting.${key.slice(plugin.length + 1)}`;
}

export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
