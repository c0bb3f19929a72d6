import type { Translator } from '../../../../core/api.js';
import { csvFields } from '../../overview/csv-fields.js';
import { countries } from '../../pages/choices.js';
import { fold } from '../../register/search.js';
import type { ImportKind, ImportValues } from './kind.js';

/** What a column can be: the fields of a customer, and the person of its first access. */
export const importFields = [...csvFields, 'access_name', 'access_email'] as const;

const key = (text: string): string => fold(text).replace(/[^\p{L}\p{N}]/gu, '');

/** The field of each heading, in whichever language it is written; '' for those nobody knows, and for a second one of the same. */
export function guessMapping(translator: Translator, kind: Pick<ImportKind, 'fields' | 'label'>, headings: readonly string[]): string[] {
  const names = new Map<string, string>();
  for (const field of kind.fields) {
    names.set(key(field), field);
    for (const language of translator.languages) names.set(key(translator.t(language, kind.label(field))), field);
  }
  const taken = new Set<string>();
  return headings.map((heading) => {
    const field = names.get(key(heading));
    if (!field || taken.has(field)) return '';
    taken.add(field);
    return field;
  });
}

/** Words of files as values of the register: kinds, countries and languages by code or by name in one of the languages. */
export class Vocabulary {
  readonly #kinds = new Map<string, string>();
  readonly #countries = new Map<string, string>();
  readonly #languages = new Map<string, string>();

  constructor(translator: Translator) {
    for (const language of translator.languages) {
      for (const kind of ['person', 'company']) this.#kinds.set(key(translator.t(language, `customers:customer.kind.${kind}`)), kind).set(kind, kind);
      for (const { value, label } of countries(language)) this.#countries.set(key(label), value).set(key(value), value);
      const names = new Intl.DisplayNames([language], { type: 'language' });
      for (const code of translator.languages) this.#languages.set(key(names.of(code) ?? code), code).set(key(code), code);
    }
  }

  /** What is not known stays as it is, and is refused with its field. */
  translate(values: ImportValues): ImportValues {
    const known = (map: Map<string, string>, text: string | undefined) => (text === undefined ? undefined : (map.get(key(text)) ?? text));
    return {
      ...values,
      kind: known(this.#kinds, values.kind),
      country: known(this.#countries, values.country),
      language: known(this.#languages, values.language),
    };
  }
}
