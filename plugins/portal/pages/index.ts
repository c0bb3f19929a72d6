import type { PageModule } from '../../../core/api.js';
import { devicePages } from './devices.js';
import { evaluationPages } from './evaluation.js';
import { homePages } from './home.js';
import { orderPages } from './orders.js';
import { ownAccessPages } from './own-accesses.js';
import { placePages } from './places.js';
import { projectPages } from './projects.js';
import { quotationPages } from './quotations.js';
import { reportPages } from './report.js';
import { teamPages } from './team.js';
import { workSheetPages } from './work-sheets.js';

/** All pages of the portal. */
export const portalPages: readonly PageModule[] = [
  homePages,
  reportPages,
  orderPages,
  placePages,
  devicePages,
  projectPages,
  ownAccessPages,
  teamPages,
  evaluationPages,
  workSheetPages,
  quotationPages,
];
