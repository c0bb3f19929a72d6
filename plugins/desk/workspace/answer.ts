import { AppError, type PageContext } from '../../../core/api.js';

interface Done {
  /** Where a browser without scripts goes on; with them only when `leave` says so. */
  to: string;
  leave?: boolean;
  toast?: { key: string; vars?: Record<string, string | number>; undo?: string; seconds?: number };
}

/**
 * Does something to a request, for forms and for scripts alike: a form is led on with a toast, a script, which asks for JSON, gets
 * `{ to }` or `{ text, undo }` and what was refused as `{ error, code }`.
 */
export async function answer(c: PageContext, run: () => Promise<Done>): Promise<void> {
  if (c.req.accepts(['html', 'json']) !== 'json') {
    const { to, toast } = await run();
    return c.redirect(to, toast);
  }
  c.res.set('Cache-Control', 'no-store');
  try {
    const { to, leave, toast } = await run();
    if (leave) {
      if (toast) c.flash(toast);
      c.res.json({ to });
    } else c.res.json(toast ? { text: c.t(toast.key, toast.vars), undo: toast.undo ?? null } : {});
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    c.res.status(error.status).json({ error: c.t(error.detail.key, error.detail.vars), code: error.code });
  }
}
