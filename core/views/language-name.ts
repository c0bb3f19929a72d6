const names = new Map<string, string>();

/** A language in its own words, as pickers show it: `sv` is "Svenska". */
export function languageName(id: string): string {
  let name = names.get(id);
  if (name === undefined) {
    const own = new Intl.DisplayNames([id], { type: 'language' }).of(id) ?? id;
    names.set(id, (name = own.charAt(0).toUpperCase() + own.slice(1)));
  }
  return name;
}
