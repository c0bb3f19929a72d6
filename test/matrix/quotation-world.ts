import { rowInput } from '../../plugins/customers/api.js';
import { QuotationService } from '../../plugins/desk/api.js';
import { newQuotationInput } from '../../plugins/desk/quotations/inputs.js';
import { QuotationRowService } from '../../plugins/desk/quotations/quotation-rows.js';
import { QuotationSending } from '../../plugins/desk/quotations/quotation-sending.js';
import { system, type TestApp } from '../support/app.js';
import type { Relation, Things } from './world.js';

type Ids = Partial<Record<Relation, string | number>>;
const missing = 999_999;
/** One that has orders in it: those of the world are done now. */
const month = new Date().toISOString().slice(0, 7);

/** A quotation that was sent and a draft with a row for each place, and the work sheet of each customer. */
export async function quotationThings(
  { app }: TestApp,
  { a, b, places, accounts }: { a: number; b: number; places: Record<string, { id: number }>; accounts: Record<string, number> },
): Promise<Things> {
  const [quotations, rows] = [app.service('desk', QuotationService), app.service('desk', QuotationRowService)];
  const [sent, draft, row]: [Ids, Ids, Ids] = [{}, {}, {}];
  for (const [relation, place] of Object.entries(places) as [Relation, { id: number }][]) {
    const customer_id = relation === 'other' ? b : a;
    const input = newQuotationInput.parse({ customer_id, installation_id: place.id, title: `Offer at ${relation}`, text: '', valid_until: '2099-12-30' });
    for (const [ids, send] of [
      [sent, true],
      [draft, false],
    ] as const) {
      const made = await quotations.create(system, input);
      ids[relation] = made.id;
      const added = await rows.add(system, made.id, rowInput.parse({ text: 'Valve', sales_price: 100, purchase_price: 50, vat: 2500 }));
      if (send) await app.service('desk', QuotationSending).send(system, made.id, [accounts[relation]!]);
      else row[relation] = added;
    }
  }
  return {
    quotation: { ...sent, missing },
    'draft quotation': { ...draft, missing },
    'row of quotation': {
      ...Object.fromEntries(Object.entries(row).map(([relation, id]) => [relation, `${draft[relation as Relation]}/rows/${id}`])),
      crossed: `${draft.own}/rows/${row.other}`,
      missing: `${draft.own}/rows/${missing}`,
    },
    'work sheet': { own: `${a}/${month}`, other: `${b}/${month}`, missing: `${missing}/${month}` },
  };
}
