import { z } from '../../../core/api.js';
import { flag, idInput, optional } from '../../customers/api.js';
import { scale } from '../inputs.js';
import { requestStatuses } from '../types.js';
import type { Texts } from './variables.js';

/** Languages that texts are written in. */
export const languages = ['en', 'sv', 'de', 'nl', 'sk'] as const;
/** Fields of a form: one text for each language. */
const text = optional(z.string().trim().max(3000));
const texts = { text_en: text, text_sv: text, text_de: text, text_nl: text, text_sk: text };
const name = z.string().trim().min(1).max(80);

export const templateInput = z.object({ name, shared: flag, ...texts });
export type TemplateInput = z.output<typeof templateInput>;

/** What a macro may set; rejecting needs a reason of its own. */
export const macroStatuses = requestStatuses.filter((one) => one !== 'rejected');
const labels = z
  .string()
  .max(400)
  .default('')
  .transform((value) => [...new Set(value.split(',').map((one) => one.trim().slice(0, 40)))].filter((one) => one !== ''));
const person = <T extends string>(...words: readonly T[]) => optional(z.union([z.enum(words), idInput]));
/** Fields that set something of a request; an empty one leaves it as it is. */
export const changeFields = {
  status: optional(z.enum(macroStatuses)),
  solver: person('me', 'none'),
  priority: optional(scale),
  importance: optional(scale),
  add_tags: labels,
  remove_tags: labels,
};
export const macroInput = z.object({ name, shared: flag, ...changeFields, watcher: person('me'), internal: flag, next: flag, ...texts });
export type MacroInput = z.output<typeof macroInput>;

export const textsOf = (input: Pick<TemplateInput, keyof typeof texts>): Texts =>
  Object.fromEntries(languages.flatMap((one) => (input[`text_${one}`] ? [[one, input[`text_${one}`] as string]] : [])));
/** The same as values of a form. */
export const textFields = (all: Texts): Record<string, string> => Object.fromEntries(languages.map((one) => [`text_${one}`, all[one] ?? '']));
