import {
  ACCESS,
  ACCOUNTS,
  ConflictError,
  DATABASE,
  ForbiddenError,
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

  /** It is done, say staff, the chosen solver, or who reported it ("it works again"); reporter and staff are told. */
  async solve(actor: Actor, id: number): Promise<void> {
    const request = await this.#concerned(actor, id);
    if (!undecided.includes(request.status)) throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
    await this.#change(actor, request, { status: 'solved' }, 'desk.request.solved', () => this.notices.requestSolved(request, actor));
  }

  /** Who reported it finds that it is not solved. */
  async unsolve(actor: Actor, id: number): Promise<void> {
    const request = await this.#concerned(actor, id);
    if (request.status !== 'solved') throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
    await this.#change(actor, request, { status: 'accepted' }, 'desk.request.reopened');
  }

  /** A request without an order whose solution the actor may judge. */
  async #concerned(actor: Actor, id: number): Promise<RequestRow> {
    const request = await this.sight.request(actor, id);
    const me = actor.kind === 'customer' ? actor.account?.id : undefined;
    const permission =
      me === undefined
        ? 'desk.request.manage'
        : me === request.solver_id
          ? 'desk.request.solve'
          : me === request.reporter_account_id
            ? 'desk.request.create'
            : null;
    if (permission === null) throw new ForbiddenError();
    await this.access.assert(actor, permission, requestResource(request));
    if (request.order_id !== null || request.merged_into !== null) throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
    return request;
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
