import { z } from 'zod';
import type { Access } from '../../access/types.js';
import { signedIn } from '../../http/types.js';
import { documentOf, type DocsParts } from '../../rest/docs.js';
import type { ApiModule } from '../../rest/types.js';

/** The interface describes itself, as far as the caller's rights go. */
export function documentApi(parts: DocsParts & { access: Access }): ApiModule {
  return (api) => {
    const operation = {
      summary: 'This document',
      description: 'OpenAPI 3.1, with the operations that the caller may use.',
      response: z.record(z.string(), z.unknown()),
    };
    api.on('get', '/openapi.json', signedIn(), operation, async ({ actor }) =>
      documentOf(parts, actor.kind === 'customer' ? 'portal' : 'staff', await parts.access.held(actor)),
    );
  };
}
