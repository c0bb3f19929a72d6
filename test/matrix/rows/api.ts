import { at, everywhere, type Row } from './types.js';

/** The core's REST operations; those of plugins stand with their pages. */
export const api: Record<string, Row> = {
  ...everywhere('get /api/v1/me', at('/api/v1/me')),
  ...everywhere('patch /api/v1/me', at('/api/v1/me', { body: () => ({ timeZone: 'Europe/Stockholm' }) })),
};
