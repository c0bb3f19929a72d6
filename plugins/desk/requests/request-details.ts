import {
  ACCESS,
  ACCOUNTS,
  ConflictError,
  DATABASE,
  InvalidInputError,
  inject,
  injectable,
  type Access,
  type Account,
  type AccountService,
  type Actor,
  type Database,
} from '../../../core/api.js';
import { AccessDirectory } from '../../customers/api.js';
import { Notices } from '../notices.js';
import { Sight, requestResource } from '../sight.js';
import { RequestWriter } from './request-writer.js';
import { undecided } from './steps.js';
import type { RequestRow } from '../types.js';

/** Who is to solve a request, and where it came from. */
@injectable()
export class RequestDetails {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AccessDirectory) private readonly directory: AccessDirectory,
    @inject(RequestWriter) private readonly writer: RequestWriter,
    @inject(Sight) private readonly sight: Sight,
    @inject(Notices) private readonly notices: Notices,
  ) {}

  /** Who can be chosen: staff, and accounts of the company with that option on the place of the request (CM-04). */
  async solvers(request: Pick<RequestRow, 'id' | 'customer_id' | 'installation_id'>): Promise<Account[]> {
    const staff = (await this.accounts.listStaff()).filter((one) => one.status === 'active');
    const offered = await this.accounts.getMany(await this.directory.accountsWith(request.customer_id, 'desk.request.solve'));
    const customers: Account[] = [];
    for (const account of offered.values()) if (await this.#solves(account, request)) customers.push(account);
    return [...staff, ...customers.sort((a, b) => a.name.localeCompare(b.name))];
  }

  /** The one who was chosen. @throws InvalidInputError when it is nobody who can be */
  async solver(request: Pick<RequestRow, 'id' | 'customer_id' | 'installation_id'>, id: number): Promise<Account> {
    const account = await this.accounts.get(id);
    const can = account && (account.kind === 'staff' ? account.status === 'active' : await this.#solves(account, request));
    if (!can) throw new InvalidInputError({ solver_id: { key: 'desk:error.solver' } });
    return account;
  }

  /** Notes from which computer and under which login name it was reported (CM-03). */
  async setOrigin(actor: Actor, id: number, origin: { computer: string | null; login: string | null }): Promise<void> {
    const request = await this.sight.request(actor, id);
    await this.access.assert(actor, 'desk.request.manage', requestResource(request));
    await this.#change(actor, request, await this.sight.origin(actor, request.customer_id, origin), 'desk.request.origin-changed');
  }

  /** The chosen solver is done: the request is solved, its reporter and the staff are told. */
  async solve(actor: Actor, id: number): Promise<void> {
    const request = await this.sight.request(actor, id);
    const mine = request.solver_id !== null && request.solver_id === actor.account?.id;
    const permission = actor.kind === 'customer' && mine ? 'desk.request.solve' : 'desk.request.manage';
    await this.access.assert(actor, permission, requestResource(request));
    if (request.order_id !== null || !undecided.includes(request.status)) throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
    await this.#change(actor, request, { status: 'solved' }, 'desk.request.solved', () => this.notices.requestSolved(request, actor));
  }

  async #solves(account: Account, request: Pick<RequestRow, 'id' | 'customer_id' | 'installation_id'>): Promise<boolean> {
    return account.status === 'active' && (await this.access.explain(account, 'desk.request.solve', requestResource(request))).allowed;
  }

  async #change(actor: Actor, request: RequestRow, values: Partial<RequestRow>, action: string, also?: () => Promise<void>): Promise<void> {
    await this.db.transaction(async () => {
      const { event } = await this.writer.change(actor, request, values, action);
      if (event !== null) await also?.();
    });
  }
}
