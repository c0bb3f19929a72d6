import type { PageModule } from '../../../core/api.js';
import { customerPages } from './customer-pages.js';
import { installationPages } from './installation-pages.js';
import { ssoPages } from './sso-pages.js';

/** Pages of the staff site, beside those of `accesses/`. */
export const pages: readonly PageModule[] = [customerPages, installationPages, ssoPages];
