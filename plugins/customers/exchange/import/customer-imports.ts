import {
  ACCOUNTS,
  AUDIT,
  CLOCK,
  DATABASE,
  JOBS,
  TRANSLATOR,
  inject,
  injectable,
  type AccountService,
  type Audit,
  type Clock,
  type Database,
  type Jobs,
  type Translator,
} from '../../../../core/api.js';
import type { Outcome } from './check-line.js';
import { CustomerImportKind } from './customer-kind.js';
import { FileImports } from './file-imports.js';
import { ImportRuns } from './import-runs.js';

/** Customers from files (DX-04). */
@injectable()
export class CustomerImports extends FileImports {
  constructor(
    @inject(DATABASE) db: Database,
    @inject(AUDIT) audit: Audit,
    @inject(CLOCK) clock: Clock,
    @inject(JOBS) jobs: Jobs,
    @inject(TRANSLATOR) translator: Translator,
    @inject(CustomerImportKind) kind: CustomerImportKind,
  ) {
    super({ db, audit, clock, jobs, translator }, kind);
  }
}

/** Their work. */
@injectable()
export class ImportJobs extends ImportRuns<Outcome> {
  constructor(@inject(DATABASE) db: Database, @inject(ACCOUNTS) accounts: AccountService, @inject(CustomerImportKind) kind: CustomerImportKind) {
    super(db, accounts, kind);
  }
}
