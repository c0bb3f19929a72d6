import { Rights } from '../../core/access/rights.js';
import type { Grant } from '../../core/access/types.js';
import { createTestApp } from '../support/app.js';
import { accountActor } from '../../core/access/actors.js';
import { median } from './load.js';

/** Prints what a question about rights costs in µs once an account's rights are known: with few, many and very many grants. */
export async function benchRights(): Promise<void> {
  const read = 'desk.order.read' as const;
  const round = (work: () => unknown, times: number): number => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < times; i += 1) work();
    return Number(process.hrtime.bigint() - start) / times / 1000;
  };
  const best = (work: () => unknown, times = 5_000): number => median(Array.from({ length: 9 }, () => round(work, times)));
  console.log(`${'rights of one account'.padEnd(34)}${'can() µs'.padStart(10)}${'scope().sql() µs'.padStart(18)}${'made in ms'.padStart(12)}`);
  for (const customers of [1, 50, 1_000, 5_000]) {
    const grants: Grant[] = Array.from({ length: customers }, (_, i) => ({
      permission: read,
      scope: { customer: [i + 1], installation: [i * 2, i * 2 + 1] },
      why: { key: 'bench' },
    }));
    const make = () => new Rights('customer', grants, new Map(), 0);
    const rights = make();
    rights.can(read);
    const last = { customer: customers, installation: customers * 2 - 1 };
    const made = round(() => make().can(read), 5) / 1000;
    const sql = best(() => rights.condition(read).sql({ customer: 'customer_id', installation: 'installation_id' }, 'o'), 50);
    console.log(
      `${`${customers} grants with installations`.padEnd(34)}${best(() => rights.can(read, last))
        .toFixed(2)
        .padStart(10)}${sql.toFixed(1).padStart(18)}${made.toFixed(2).padStart(12)}`,
    );
  }
  const test = await createTestApp();
  const customer = await test.make.customer();
  const actor = accountActor(await test.make.access(customer.id));
  await test.app.access.can(actor, read);
  const times: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    const start = process.hrtime.bigint();
    for (let k = 0; k < 5_000; k += 1) await test.app.access.can(actor, read, { customer: customer.id });
    times.push(Number(process.hrtime.bigint() - start) / 5_000 / 1000);
  }
  console.log(`access.can() of a customer's account, awaited: ${median(times).toFixed(2)} µs\n`);
  await test.close();
}
