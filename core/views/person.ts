/** First letters of the first and the last name: "Anna Maria Lind" is "AL". */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s-]+/)
    .filter((word) => /^\p{L}/u.test(word));
  const first = words[0] ?? name.trim();
  const last = words.length > 1 ? words[words.length - 1] : '';
  return ([...first][0] ?? '?').toLocaleUpperCase() + ([...(last ?? '')][0] ?? '').toLocaleUpperCase();
}

/** One of the five avatar colors, always the same for the same name. */
export function hue(name: string): number {
  let sum = 0;
  for (let i = 0; i < name.length; i++) sum = (sum * 31 + name.charCodeAt(i)) >>> 0;
  return sum % 5;
}
