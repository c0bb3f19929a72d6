/**
 * Reads a number as people of a locale type it, as an integer of its smallest parts: `parseDecimal('1 234,5', 'sv-SE', 2)` is 123450.
 * Groups may be set by spaces, apostrophes or the sign of the locale; a point or a comma that cannot set groups is the decimal sign.
 * Null for what is no number, has more decimals than `digits`, or is too large for a column of 32 bits.
 */
export function parseDecimal(text: string, locale: string, digits: number): number | null {
  const plain = text
    .replaceAll('−', '-')
    .replace(/[\s'’]|\p{Sc}/gu, '')
    .replace(/^(-?)\p{L}+|\p{L}+$/gu, '$1');
  if (!/^[+-]?\d[\d.,]*$/.test(plain)) return null;
  const decimal = decimalSign(plain, locale);
  const [whole = '', fraction = '', ...more] = decimal === null ? [plain] : plain.split(decimal);
  if (more.length > 0 || fraction.length > digits || /[.,]/.test(fraction)) return null;
  const groups = whole.split(/[.,]/);
  if (groups.slice(1).some((group) => group.length !== 3) || (groups.length > 1 && (groups[0] ?? '').replace(/[+-]/, '').length > 3)) return null;
  const value = Number(groups.join('') + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(value) && Math.abs(value) <= 2_147_483_647 ? value || 0 : null;
}

/** The sign that begins the decimals; null when every sign sets groups. */
function decimalSign(text: string, locale: string): string | null {
  const last = /[.,](?=\d*$)/.exec(text)?.[0];
  if (last === undefined) return null;
  const other = last === '.' ? ',' : '.';
  if (text.includes(other)) return last;
  if (text.split(last).length > 2) return null;
  const part = (type: string) => new Intl.NumberFormat(locale).formatToParts(1_234_567.8).find((one) => one.type === type)?.value;
  return last === part('group') && /^[+-]?\d{1,3}[.,]\d{3}$/.test(text) ? null : last;
}
