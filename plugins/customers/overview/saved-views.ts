import { AUDIT, CLOCK, DATABASE, inject, injectable, type Audit, type Clock, type Database } from '../../../core/api.js';
import { SavedViews } from '../exchange/tables.js';
import { ViewKeeper } from './view-keeper.js';

/** Saved views of the customer overview. */
@injectable()
export class CustomerViews extends ViewKeeper {
  constructor(@inject(DATABASE) db: Database, @inject(AUDIT) audit: Audit, @inject(CLOCK) clock: Clock) {
    super(db, audit, clock, SavedViews, 'customers.view');
  }
}
