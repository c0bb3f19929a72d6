import { z } from 'zod';
import { InvalidInputError, type Message } from '../errors.js';

const translated = /^[a-z][\w-]*:[\w.-]+$/;

/** The sentence for one zod issue; a schema's own message counts when it is a translation key. */
function issueMessage(issue: z.core.$ZodIssue): Message {
  if (translated.test(issue.message)) return { key: issue.message };
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined || issue.input === null || issue.input === '') return { key: 'core:field.required' };
      return { key: issue.expected === 'number' ? 'core:field.number' : issue.expected === 'date' ? 'core:field.date' : 'core:field.invalid' };
    case 'too_small':
      if (issue.origin === 'string')
        return Number(issue.minimum) <= 1 ? { key: 'core:field.required' } : { key: 'core:field.tooShort', vars: { min: Number(issue.minimum) } };
      if (issue.origin === 'array') return { key: 'core:field.required' };
      return { key: 'core:field.tooSmall', vars: { min: Number(issue.minimum) } };
    case 'too_big':
      return issue.origin === 'string'
        ? { key: 'core:field.tooLong', vars: { max: Number(issue.maximum) } }
        : { key: 'core:field.tooBig', vars: { max: Number(issue.maximum) } };
    case 'invalid_format':
      return { key: issue.format === 'email' ? 'core:field.email' : issue.format === 'url' ? 'core:field.url' : 'core:field.invalid' };
    case 'invalid_value':
      return { key: 'core:field.choice' };
    default:
      return { key: 'core:field.invalid' };
  }
}

/** Parses input at the edge. @throws InvalidInputError with a sentence per field */
export function parse<S extends z.ZodType>(schema: S, input: unknown, source: InvalidInputError['source'] = 'body'): z.output<S> {
  const result = schema.safeParse(input ?? {}, { reportInput: true });
  if (result.success) return result.data;
  const fields: Record<string, Message> = {};
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) fields[[...issue.path, key].join('.')] = { key: 'core:field.unknown' };
    else fields[issue.path.join('.')] ??= issueMessage(issue);
  }
  throw new InvalidInputError(fields, source);
}

/** A box or a switch: what is absent, empty or false is off. */
export const ticked = z.preprocess(
  (value) => ![undefined, null, '', '0', 'false', false].includes((Array.isArray(value) ? value.at(-1) : value) as string),
  z.boolean(),
);
