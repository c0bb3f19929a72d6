import { ACCOUNTS, TRANSLATOR, type PageContext, type Resolve } from '../../../core/api.js';
import { timeZoneNames } from '../inputs.js';

/** What the selects of the customer form offer. */
export async function choices(c: PageContext, resolve: Resolve): Promise<object> {
  const names = new Intl.DisplayNames([c.language], { type: 'language' });
  const staff = await resolve(ACCOUNTS).listStaff();
  return {
    sendsCodes: resolve(ACCOUNTS).sendsCodes(),
    managers: staff.filter((one) => one.status !== 'disabled').map(({ id, name }) => ({ value: id, label: name })),
    languages: resolve(TRANSLATOR).languages.map((value) => ({ value, label: names.of(value) ?? value })),
    timeZones: timeZoneNames.map((value) => ({ value, label: value.replaceAll('_', ' ') })),
    countries: countries(c.language),
  };
}

const codes = 'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK US'.split(' ');

/** Countries by their name in a language. */
export function countries(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([language], { type: 'region' });
  return codes.map((value) => ({ value, label: names.of(value) ?? value })).sort((a, b) => a.label.localeCompare(b.label, language));
}
