import { administration } from './administration.js';
import { api } from './api.js';
import { authorisations } from './authorisations.js';
import { clocks } from './clocks.js';
import { customers } from './customers.js';
import { desk } from './desk.js';
import { mails } from './mail.js';
import { portal } from './portal.js';
import { quotations } from './quotations.js';
import { register } from './register.js';
import { shared } from './shared.js';
import { sso } from './sso.js';
import type { Row } from './types.js';
import { workspace } from './workspace.js';
import { work } from './work.js';

/** One row per route, by site, method and path. A route without a row fails the matrix. */
export const rows: Readonly<Record<string, Row>> = {
  ...shared,
  ...api,
  ...administration,
  ...customers,
  ...authorisations,
  ...desk,
  ...clocks,
  ...workspace,
  ...mails,
  ...portal,
  ...sso,
  ...register,
  ...work,
  ...quotations,
};
