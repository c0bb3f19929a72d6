import { AUDIT, CLOCK, DATABASE, inject, injectable, type Audit, type Clock, type Database } from '../../../core/api.js';
import { ViewKeeper } from '../../customers/api.js';
import { DeskViews } from './tables.js';

/** Saved views of the workspace. Each reader sees only what lies in their reach. */
@injectable()
export class SavedDeskViews extends ViewKeeper {
  constructor(@inject(DATABASE) db: Database, @inject(AUDIT) audit: Audit, @inject(CLOCK) clock: Clock) {
    super(db, audit, clock, DeskViews, 'desk.view');
  }
}
