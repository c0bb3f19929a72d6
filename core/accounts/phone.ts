import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';

/** Is it a country whose numbers are known? Two capital letters, such as SE. */
export const isCountry = (code: string): code is CountryCode => isSupportedCountry(code);

/**
 * A phone number as every provider understands it (`070-123 45 67` in SE becomes `+46701234567`); null when it is none.
 * `country` is where numbers without a country code belong.
 */
export function parsePhone(text: string, country: string): string | null {
  if (text.length > 60) return null;
  const found = parsePhoneNumberFromString(text, isCountry(country) ? country : undefined);
  return found?.isValid() && found.ext === undefined ? found.number : null;
}
