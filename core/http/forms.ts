import type { z } from 'zod';
import { InvalidInputError } from '../errors.js';
import type { FormPage, FormState, PageContext, PageHandler } from './types.js';

const emptyForm = (values: Record<string, unknown> = {}): FormState => ({ values, errors: {}, summary: [] });

/** The form again with what was typed and what is wrong with it. */
export function failedForm(c: PageContext, error: InvalidInputError): FormState {
  const body = (c.req.body ?? {}) as Record<string, unknown>;
  const errors: Record<string, string> = {};
  for (const [field, message] of Object.entries(error.fields)) errors[field] = c.t(message.key, message.vars);
  return { values: body, errors, summary: Object.entries(errors).map(([field, text]) => ({ field, text })) };
}

/** The two handlers of a form page: show, and submit that shows again when something is wrong. */
export function formHandlers<S extends z.ZodType>(page: FormPage<S>): { show: PageHandler; submit: PageHandler } {
  return {
    async show(c) {
      await page.show(c, emptyForm(await page.initial?.(c)));
    },
    async submit(c) {
      const typed = (c.req.body ?? {}) as Record<string, unknown>;
      // A button that only asks for more to choose from.
      if (typed['_again'] !== undefined) return page.show(c, emptyForm(typed));
      try {
        await page.submit(c, c.body(page.schema));
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        c.res.status(422);
        await page.show(c, failedForm(c, error));
      }
    },
  };
}
