import { z } from 'zod';

/** `customer_id` of a column or a form as `customerId` of JSON. */
export const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());

/**
 * A schema of a page as JSON takes it, at all depths: names in camelCase, and nothing that is not declared.
 * Checks and transformations stay; what comes out has the names of the schema.
 */
export function jsonInput<S extends z.ZodType>(schema: S): z.ZodType<z.output<S>> {
  return strict(schema) as unknown as z.ZodType<z.output<S>>;
}

function strict(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return renamed(Object.keys(schema.shape), closed(schema));
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const options = schema.options as readonly z.ZodObject[];
    const keys = [...new Set(options.flatMap((option) => Object.keys(option.shape)))];
    return renamed(keys, copy(schema, { options: options.map(closed) }));
  }
  if (schema instanceof z.ZodUnion) return copy(schema, { options: (schema.options as readonly z.ZodType[]).map(strict) });
  if (schema instanceof z.ZodArray) return copy(schema, { element: strict(schema.element as z.ZodType) });
  if (schema instanceof z.ZodPipe) return copy(schema, { in: strict(schema.in as z.ZodType), out: strict(schema.out as z.ZodType) });
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return copy(schema, { innerType: strict(schema.unwrap() as z.ZodType) });
  return schema;
}

/** The same object, of which no further fields are taken. */
function closed(schema: z.ZodObject): z.ZodObject {
  const shape = Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, strict(field as z.ZodType)]));
  return copy(schema, { shape, catchall: z.never() });
}

function copy<S extends z.ZodType>(schema: S, changed: object): S {
  return schema.clone({ ...schema.def, ...changed } as never) as S;
}

/** Takes fields by their camelCase names only: there is one way to write each. */
function renamed(keys: readonly string[], schema: z.ZodType): z.ZodType {
  const names = new Map(keys.map((key) => [camel(key), key]));
  if (keys.every((key) => camel(key) === key)) return schema;
  return z.preprocess((value, context) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const unknown = Object.keys(value).filter((name) => !names.has(name));
    if (unknown.length > 0) context.issues.push({ code: 'unrecognized_keys', keys: unknown, input: { ...value } });
    return Object.fromEntries(Object.entries(value).flatMap(([name, field]) => (names.has(name) ? [[names.get(name), field]] : [])));
  }, schema);
}
