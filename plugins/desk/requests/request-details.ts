import {
  ACCESS,
  ACCOUNTS,
  ConflictError,
  DATABASE,
  InvalidInputError,
  NotFoundError,
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
import { Requests } from '../tables.js';
import type { RequestRow } from '../types.js';

const open = ['new', 'accepted', 'waiting'];

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

  /** Chooses who is to solve it and tells that person; null = nobody. */
  async setSolver(actor: Actor, id: number, solverId: number | null): Promise<void> {
    const request = await this.#managed(actor, id);
    if (!open.includes(request.status)) throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
    const solver = solverId === null ? null : await this.accounts.get(solverId);
    if (solverId !== null && !(solver && (solver.kind === 'staff' || (await this.#solves(solver, request)))))
      throw new InvalidInputError({ solver_id: { key: 'desk:error.solver' } });
    await this.#change(actor, request, { solver_id: solver?.id ?? null }, 'desk.request.solver-chosen', async () => {
      if (solver && solver.id !== actor.account?.id) await this.notices.solverChosen(request, solver);
    });
  }

  /** Notes from which computer and under which login name it was reported (CM-03). */
  async setOrigin(actor: Actor, id: number, origin: { computer: string | null; login: string | null }): Promise<void> {
    const request = await this.#managed(actor, id);
    await this.#change(actor, request, await this.sight.origin(actor, request.customer_id, origin), 'desk.request.origin-changed');
  }

  /** The chosen solver is done: the request is solved, its reporter and the staff are told. */
  async solve(actor: Actor, id: number): Promise<void> {
    const request = await this.#seen(actor, id);
    const mine = request.solver_id !== null && request.solver_id === actor.account?.id;
    const permission = actor.kind === 'customer' && mine ? 'desk.request.solve' : 'desk.request.manage';
    await this.access.assert(actor, permission, requestResource(request));
    if (request.order_id !== null || !open.includes(request.status)) throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
    await this.#change(actor, request, { status: 'solved' }, 'desk.request.solved', () => this.notices.requestSolved(request, actor));
  }

  async #solves(account: Account, request: Pick<RequestRow, 'id' | 'customer_id' | 'installation_id'>): Promise<boolean> {
    return account.status === 'active' && (await this.access.explain(account, 'desk.request.solve', requestResource(request))).allowed;
  }

  async #seen(actor: Actor, id: number): Promise<RequestRow> {
    const row = (await this.db.of(Requests).findByPk(id))?.get({ plain: true });
    if (!row || !(await this.sight.seesRequest(actor, row))) throw new NotFoundError();
    return row;
  }

  async #managed(actor: Actor, id: number): Promise<RequestRow> {
    const row = await this.#seen(actor, id);
    await this.access.assert(actor, 'desk.request.manage', requestResource(row));
    return row;
  }

  async #change(actor: Actor, request: RequestRow, values: Partial<RequestRow>, action: string, also?: () => Promise<void>): Promise<void> {
    await this.db.transaction(async () => {
      const after = await this.writer.change(actor, request, values, action);
      if (after !== request) await also?.();
    });
  }
}
