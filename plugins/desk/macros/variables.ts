/** What a text can name of the request that it is put into. Labels: `desk:variable.<name>`. */
export const variables = [
  'customer.name',
  'reporter.name',
  'reporter.firstName',
  'request.number',
  'request.subject',
  'installation.name',
  'device.name',
  'order.number',
  'order.planned',
  'agent.name',
  'company.name',
] as const;
export type Variable = (typeof variables)[number];
/** Null: the request has no such thing. */
export type Values = Readonly<Record<Variable, string | null>>;
/** A text in each language that it was written in. */
export type Texts = Readonly<Record<string, string>>;

const pattern = /\{\{([^{}]*)\}\}/g;
const isVariable = (name: string): name is Variable => (variables as readonly string[]).includes(name);

/** What stands between braces and is no variable, as it was typed; null when all is well. */
export function unknownIn(text: string): string | null {
  for (const [whole, name = ''] of text.matchAll(pattern)) if (!isVariable(name.trim())) return whole;
  const rest = text.replace(pattern, '');
  const at = rest.search(/\{\{|\}\}/);
  return at < 0 ? null : rest.slice(at, at + 20);
}

/**
 * Puts the values in, once: what stands in a value stays as it is. A value is one line and makes no link or markup of its own, since
 * names and subjects are typed by customers.
 */
export function fill(text: string, values: Values, missing: (variable: Variable) => string): string {
  return text.replace(pattern, (whole, inner: string) => {
    const name = inner.trim();
    if (!isVariable(name)) return whole;
    const value = values[name]
      ?.replace(/\s+/g, ' ')
      .replace(/[[\]<>]/g, '')
      .trim();
    return value || missing(name);
  });
}

/** The variables of a text for which there is nothing to put in. */
export const emptyIn = (text: string, values: Values): Variable[] => {
  const empty = new Set<Variable>();
  fill(text, values, (name) => {
    empty.add(name);
    return '';
  });
  return [...empty];
};

/** The text in the first of these languages that it has; else in any. Undefined: it has none. */
export const inLanguage = (texts: Texts, languages: readonly (string | null)[]): string | undefined =>
  languages.map((one) => texts[one ?? '']).find((text) => text !== undefined) ?? Object.values(texts)[0];
