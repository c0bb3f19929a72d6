import { ACCOUNTS, TRANSLATOR, type PageContext, type Resolve } from '../../../core/api.js';
import { timeZoneNames } from '../inputs.js';

/** What the selects of the customer form offer. */
export async function choices(c: PageContext, resolve: Resolve): Promise<object> {
  const staff = await resolve(ACCOUNTS).listStaff();
  return {
    sendsCodes: resolve(ACCOUNTS).sendsCodes(),
    managers: staff.filter((one) => one.status !== 'disabled').map(({ id, name }) => ({ value: id, label: name })),
    languages: named(c.language, 'language', resolve(TRANSLATOR).languages),
    timeZones,
    countries: countries(c.language),
  };
}

const codes = 'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK US'.split(' ');

interface Choice {
  value: string;
  label: string;
}
// Frozen lists are written as markup once.
const timeZones: readonly Choice[] = Object.freeze(timeZoneNames.map((value) => ({ value, label: value.replaceAll('_', ' ') })));

const capital = (text: string, language: string): string => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
const kept = new Map<string, readonly Choice[]>();
/** Names of languages or countries in a language, in its order: they stay the same, and looking them up takes longer than the rest of a page. */
function named(language: string, type: 'language' | 'region', values: readonly string[]): readonly Choice[] {
  const key = `${language} ${type} ${values.join(' ')}`;
  let found = kept.get(key);
  if (!found) {
    const names = new Intl.DisplayNames([language], { type });
    // In some languages the names of languages are small, which looks lost in a list.
    found = values.map((value) => ({ value, label: capital(names.of(value) ?? value, language) }));
    if (type === 'region') found = found.toSorted((a, b) => a.label.localeCompare(b.label, language));
    kept.set(key, Object.freeze(found));
  }
  return found;
}

/** Countries by their name in a language. */
export const countries = (language: string): readonly Choice[] => named(language, 'region', codes);
