import {
  ACCESS,
  AUDIT,
  DATABASE,
  NotFoundError,
  inject,
  injectable,
  type Access,
  type Actor,
  type Audit,
  type Database,
  type ProviderOwner,
} from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { Customers } from '../tables.js';
import { AccessDirectory } from './access-directory.js';

/** What a customer's sign-in services are called in the core. */
export const signInOwner = 'customers.customer';

/** How the people of a customer sign in: whether with a second factor, and with whose services. */
@injectable()
export class SignInRules implements ProviderOwner {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CustomerService) private readonly customers: CustomerService,
    @inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** @throws NotFoundError, ForbiddenError */
  async assertMayManage(actor: Actor, customerId: number): Promise<void> {
    await this.customers.get(actor, customerId);
    await this.access.assert(actor, 'customers.access.manage', { customer: customerId });
  }

  /** Who also reaches another customer does not come in by this one's service: its administrators could sign in as them. */
  async isMember(accountId: number, customerId: number): Promise<boolean> {
    const accesses = await this.directory.accessesOf(accountId);
    return accesses.length > 0 && accesses.every((access) => access.customerId === customerId);
  }

  /** Whether people of the customer need a second factor. */
  async requireSecondFactor(actor: Actor, customerId: number, required: boolean): Promise<void> {
    await this.assertMayManage(actor, customerId);
    await this.db.transaction(async () => {
      const row = await this.db.of(Customers).findByPk(customerId);
      if (row === null) throw new NotFoundError();
      const before = Boolean(row.mfa_required);
      if (before === required) return;
      await row.update({ mfa_required: required });
      await this.audit.record(actor, {
        action: 'customers.customer.second-factor-changed',
        object: { kind: 'customers.customer', id: customerId, name: row.name },
        customerId,
        before: { mfa_required: before },
        after: { mfa_required: required },
      });
      await this.access.changed(await this.directory.accountsOf(customerId));
    });
  }
}
