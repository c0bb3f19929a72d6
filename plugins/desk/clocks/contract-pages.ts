import { CLOCK, NotFoundError, guard, type FormState, type PageContext, type PageModule, type PluginContext, type Resolve, z } from '../../../core/api.js';
import { CustomerService, toLocalInput, type CustomersExports } from '../../customers/api.js';
import { ContractService, type Contract } from './contract-service.js';
import { spanText } from './due-look.js';
import { contractInput, customerLevelInput } from './inputs.js';
import type { LevelChoice } from './level-choice.js';

const tabOf = (customerId: number) => `/customers/${customerId}/tabs/contracts`;

/** Contracts of a customer, and the service level of one without. */
export const contractPages: PageModule = (page, resolve) => {
  const contracts = resolve(ContractService);
  const write = guard('desk.contract.manage', 'write');
  const own = async (c: PageContext): Promise<Contract> => {
    const found = await contracts.get(c.actor, c.id('contract'));
    if (found.customer_id !== c.id()) throw new NotFoundError();
    return found;
  };

  page.form('/customers/:id/contracts/new', write, {
    schema: contractInput,
    initial: (c) => ({ valid_from: toLocalInput(resolve(CLOCK).now(), c.fmt.timeZone).slice(0, 10), included: '0' }),
    show: (c, form) => show(c, resolve, form, null),
    async submit(c, input) {
      const { number } = await contracts.create(c.actor, c.id(), input);
      c.redirect(tabOf(c.id()), { key: 'desk:toast.contractSaved', vars: { number } });
    },
  });

  page.form('/customers/:id/contracts/:contract', guard('desk.contract.read', 'write'), {
    schema: contractInput,
    initial: async (c) => ({ ...(await own(c)) }),
    show: async (c, form) => show(c, resolve, form, await own(c)),
    async submit(c, input) {
      const before = await own(c);
      await contracts.update(c.actor, before.id, input);
      c.redirect(tabOf(c.id()), { key: 'desk:toast.contractSaved', vars: { number: input.number ?? before.number } });
    },
  });

  page.post('/customers/:id/contracts/:contract/remove', write, async (c) => {
    const { id, number } = await own(c);
    await contracts.remove(c.actor, id);
    c.redirect(tabOf(c.id()), { key: 'desk:toast.removed', vars: { name: number }, undo: `/customers/${c.id()}/contracts/${id}/restore` });
  });
  page.post('/customers/:id/contracts/:contract/restore', write, async (c) => {
    await contracts.restore(c.actor, c.id('contract'), c.id());
    c.redirect(tabOf(c.id()), { key: 'desk:toast.restored' });
  });

  const setLevel = async (c: PageContext, level: number | null) => {
    const before = await contracts.setLevel(c.actor, c.id(), level);
    const undo = before === level ? {} : { undo: `/customers/${c.id()}/service-level/${before ?? 'none'}/undo` };
    c.redirect(tabOf(c.id()), { key: 'desk:toast.customerLevel', ...undo });
  };
  page.post('/customers/:id/service-level', write, async (c) => setLevel(c, c.body(customerLevelInput).level_id));
  page.post('/customers/:id/service-level/:level/undo', write, async (c) => setLevel(c, c.params['level'] === 'none' ? null : c.id('level')));
};

async function show(c: PageContext, resolve: Resolve, form: FormState, contract: Contract | null): Promise<void> {
  const customer = await resolve(CustomerService).get(c.actor, c.id());
  const title = contract ? c.t('contract.title', { number: contract.number }) : c.t('contracts.new');
  const base = `/customers/${customer.id}/contracts/`;
  const levels = (await resolve(ContractService).choices(c.actor)).map(({ id, name }) => ({ value: id, label: name }));
  c.view('desk/contract', { form, title, customer, contract, action: `${base}${contract?.id ?? 'new'}`, back: tabOf(customer.id), levels }, { title });
}

/** The tab on the page of a customer. */
export function addContractTab(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  const tabs = ctx.peer<CustomersExports>('customers')?.tabs;
  const count = 'SELECT COUNT(*) FROM desk_contracts WHERE customer_id = ? AND removed_at IS NULL';
  if (tabs) ctx.scope.add(tabs.add({ id: 'contracts', label: 'desk:contracts.title', order: 65, permission: 'desk.contract.read', count }));
  ctx.outlets.fill('customers.customer.tab', 'desk/contracts', async (c, { customerId, tab }) => {
    if (tab !== 'contracts' || !c.may('desk.contract.read')) return null;
    const id = z.number().parse(customerId);
    const contracts = resolve(ContractService);
    const { now, own } = await contracts.level(c.actor, id);
    const today = toLocalInput(resolve(CLOCK).now(), c.fmt.timeZone).slice(0, 10);
    return {
      customerId: id,
      now: now && nowText(c, now),
      form: { values: { level_id: own ?? '' }, errors: {}, summary: [] },
      levels: (await contracts.choices(c.actor)).map((one) => ({ value: one.id, label: one.name })),
      rows: (await contracts.list(c.actor, id)).map((row) => ({ ...row, state: stateOf(row, today), hours: spanText(c, row.included) })),
    };
  });
}

function stateOf({ valid_from, valid_to }: Contract, today: string): { tone: string; key: string } {
  if (today < valid_from) return { tone: 'info', key: 'contract.state.coming' };
  return valid_to !== null && valid_to < today ? { tone: 'muted', key: 'contract.state.ended' } : { tone: 'ok', key: 'contract.state.valid' };
}

const nowText = (c: PageContext, { level, source, contract }: LevelChoice): string =>
  c.t(`desk:contracts.now.${source}`, { level: level.name, number: contract?.number ?? '' });
