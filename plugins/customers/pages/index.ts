import type { PageModule } from '../../../core/api.js';
import { accessPages } from './access-pages.js';
import { customerPages } from './customer-pages.js';
import { installationPages } from './installation-pages.js';
import { ssoPages } from './sso-pages.js';

/** Pages of the staff site. */
export const pages: readonly PageModule[] = [customerPages, accessPages, installationPages, ssoPages];
