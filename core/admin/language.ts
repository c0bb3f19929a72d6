import { z } from 'zod';
import type { Actor } from '../access/types.js';
import { languageCookie } from '../http/site-app.js';
import { localPath } from '../http/local-path.js';
import { open, type PageModule } from '../http/types.js';

const yearMs = 365 * 86_400_000;

/** Lets anybody choose the language of this browser; a signed-in person's own choice is kept in the profile. */
export function languagePages(deps: { languages(): readonly string[]; remember(actor: Actor, language: string): Promise<void> }): PageModule {
  return (page) => {
    page.post('/language', open('write'), async (c) => {
      const { language, next } = c.body(z.object({ language: z.string(), next: z.string().default('/') }));
      if (deps.languages().includes(language)) {
        c.res.cookie(languageCookie, language, { sameSite: 'lax', path: '/', maxAge: yearMs, secure: c.req.secure });
        if (c.actor.account) await deps.remember(c.actor, language);
      }
      c.redirect(localPath(next));
    });
  };
}
