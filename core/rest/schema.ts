import { z } from 'zod';
import { camel } from './input.js';

/** JSON Schema, as far as we make it. */
export interface Schema {
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  additionalProperties?: Schema | boolean;
  [keyword: string]: unknown;
}
/** Longer lists, such as all time zones, would only hide the rest of the document. */
const maxOptions = 60;

/** What a schema takes (by the names of JSON) or gives. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _version, ...made } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema;
  return tidy(made, io === 'input' ? camel : (name) => name);
}

function tidy(schema: Schema, name: (key: string) => string): Schema {
  const { properties, required, items, anyOf, oneOf, additionalProperties, pattern, enum: options, ...rest } = schema;
  const each = (list: Schema[] | undefined) => list?.map((one) => tidy(one, name));
  const entries = properties && Object.entries(properties).map(([key, one]) => [name(key), tidy(one, name)] as const);
  return {
    ...rest,
    ...(options && (options.length > maxOptions ? {} : { enum: options })),
    // A format says the same in words that people and generators understand.
    ...(pattern && !rest.format ? { pattern } : {}),
    ...(entries && { properties: Object.fromEntries(entries) }),
    ...(required && { required: required.map(name) }),
    ...(items && { items: tidy(items, name) }),
    ...(anyOf && { anyOf: each(anyOf) }),
    ...(oneOf && { oneOf: each(oneOf) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: typeof additionalProperties === 'object' ? tidy(additionalProperties, name) : additionalProperties,
    }),
  };
}

/** The type of a value in a few characters, such as `integer or null` or `list of string`. */
export function typeName(schema: Schema): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeName))].join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((option) => JSON.stringify(option)).join(' | ');
  if (schema.type === 'array') return `list of ${schema.items ? typeName(schema.items) : 'any'}`;
  return [schema.format ?? schema.type ?? 'any'].flat().join(' or ');
}

export interface Field {
  name: string;
  type: string;
  required: boolean;
  text: string;
}
/** One line per field, those inside of others as `customer.name` and `items[].id`. */
export function fieldsOf(schema: Schema, prefix = ''): Field[] {
  const choices = (schema.anyOf ?? schema.oneOf)?.filter((one) => one.type !== 'null') ?? [];
  if (choices.length > 0) return merged(choices.map((one) => fieldsOf(one, prefix)));
  if (schema.type === 'array') return schema.items ? fieldsOf(schema.items, `${prefix}[]`) : [];
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    return [{ name, type: typeName(field), required: schema.required?.includes(key) ?? false, text: field.description ?? '' }, ...fieldsOf(field, name)];
  });
}

/** Of several shapes: mandatory is what each of them demands. */
function merged(shapes: readonly Field[][]): Field[] {
  return [...new Set(shapes.flat().map(({ name }) => name))].map((name) => {
    const found = shapes.flatMap((fields) => fields.filter((field) => field.name === name));
    const types = [...new Set(found.map(({ type }) => type))].join(' | ');
    return { name, type: types, required: found.length === shapes.length && found.every(({ required }) => required), text: found[0]?.text ?? '' };
  });
}

/** A body to begin with: mandatory fields only, or all when none is. */
export function exampleOf(schema: Schema): unknown {
  const [choice] = (schema.anyOf ?? schema.oneOf ?? []).filter((one) => one.type !== 'null');
  if (choice) return exampleOf(choice);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'object') {
    const wanted = Object.entries(schema.properties ?? {}).filter(([key]) => !schema.required?.length || schema.required.includes(key));
    return Object.fromEntries(wanted.map(([key, field]) => [key, exampleOf(field)]));
  }
  if (schema.type === 'array') return schema.items ? [exampleOf(schema.items)] : [];
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer' || schema.type === 'number') return schema.default ?? schema['minimum'] ?? 1;
  return schema.default ?? { email: 'name@example.com', 'date-time': '2026-11-26T08:00:00Z', date: '2026-11-26' }[schema.format ?? ''] ?? 'text';
}
