import { NotFoundError } from '../errors.js';
import { open, type PageModule } from '../http/types.js';
import type { Clock, Urls } from '../tokens.js';

export interface WellKnownDeps {
  clock: Clock;
  urls: Urls;
  /** Address for those who found a hole: a mail address or a link; '' = none is told. */
  contact(): string;
  languages(): readonly string[];
}
const validMs = 180 * 86_400_000;

/** What machines look for at fixed places: whom to tell of a hole (RFC 9116), and where a password is changed. */
export function wellKnownPages({ clock, urls, contact, languages }: WellKnownDeps): PageModule {
  return (page) => {
    page.get('/.well-known/security.txt', open(), (c) => {
      const address = contact();
      if (address === '') throw new NotFoundError();
      // To the day, so that all answers of a day are the same.
      const expires = new Date(Math.floor((clock.now().getTime() + validMs) / 86_400_000) * 86_400_000);
      const lines = [
        `Contact: ${address.includes('://') ? address : `mailto:${address}`}`,
        `Expires: ${expires.toISOString()}`,
        `Preferred-Languages: ${languages().join(', ')}`,
        `Canonical: ${urls.to(c.site, '/.well-known/security.txt')}`,
      ];
      c.res
        .type('text/plain')
        .set('Cache-Control', 'max-age=3600')
        .send(`${lines.join('\n')}\n`);
    });
    page.get('/.well-known/change-password', open(), (c) => c.redirect('/profile/password'));
  };
}
