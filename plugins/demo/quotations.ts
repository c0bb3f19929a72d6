import { offered, sealed, type Offer } from '../desk/api.js';
import { sheetOf, words } from '../customers/api.js';
import type { Cast, Place } from './cast.js';
import { samples } from './data/index.js';
import { articleRows } from './inventory.js';
import type { Parts } from './loader.js';
import { Random, at } from './random.js';
import { idsBy, insertRows, remember, takeNumbers } from './rows.js';

const dayMs = 86_400_000;
const currency = 'EUR';
const statuses = ['draft', 'sent', 'accepted'] as const;

/** A draft, a sent and an accepted quotation for each language, to the first contact of a customer. Call it inside a transaction. */
export async function createQuotations({ db }: Pick<Parts, 'db'>, random: Random, cast: Cast, now: Date): Promise<void> {
  const customers = new Map((await db.query<{ id: number; name: string }>('SELECT id, name FROM customers_customers')).map((row) => [row.id, row.name]));
  const places = new Map((await db.query<{ id: number; name: string }>('SELECT id, name FROM customers_installations')).map((row) => [row.id, row.name]));
  const drafts = samples.flatMap((sample, language) => {
    const contact = cast.contacts.find((one) => one.sample === sample);
    const own = cast.places.filter((place) => place.customerId === contact?.customerId);
    return contact && own.length > 0
      ? statuses.map((status, index) => ({ status, contact, place: at(own, index) as Place, seller: at(cast.technicians, language).id }))
      : [];
  });
  const first = await takeNumbers(db, 'quotation', 1001, drafts.length);
  const made = drafts.map((one, index) => {
    const rows = articleRows(random, one.place.sample, 3).map((row) => ({ id: 0, ...row, discount: 0, vat: 2500 }));
    const until = new Date(Math.ceil((now.getTime() + 21 * dayMs) / dayMs) * dayMs);
    return {
      ...one,
      number: `Q-${first + index}`,
      title: at(at(one.place.sample.kinds, one.place.kind).faults, 0).title,
      rows,
      sheet: sheetOf(rows, true),
      until,
    };
  });
  const sentAt = new Date(now.getTime() - 2 * dayMs);
  const answeredAt = new Date(now.getTime() - dayMs);
  await insertRows(
    db,
    'desk_quotations',
    made.map(({ number, place, title, status, seller, sheet, until }) => ({
      ...{ number, customer_id: place.customerId, installation_id: place.id, project_id: null, request_id: null, order_id: null, title, text: null },
      ...{ valid_until: until, status, version: 1, sent_version: status === 'draft' ? 0 : 1, value: sheet.sales_total, purchase_value: sheet.purchase_total },
      ...{
        created_by: seller,
        created_at: new Date(now.getTime() - 3 * dayMs),
        status_at: status === 'accepted' ? answeredAt : sentAt,
        ordered_at: null,
        edits: 0,
      },
    })),
  );
  const ids = await idsBy(
    db,
    'desk_quotations',
    'number',
    made.map((one) => one.number),
  );
  await remember(db, 'quotation', ids);
  await insertRows(
    db,
    'desk_quotation_rows',
    made.flatMap(({ rows }, index) => rows.map(({ id: _id, ...row }) => ({ quotation_id: at(ids, index), ...row }))),
  );
  const sent = made.map((one, index) => ({ ...one, id: at(ids, index) })).filter(({ status }) => status !== 'draft');
  await insertRows(
    db,
    'desk_quotation_versions',
    sent.map(({ id, number, title, status, seller, contact, place, sheet, until }) => {
      const { language, timeZone, people } = place.sample;
      const customer = customers.get(place.customerId) ?? '';
      const offer: Offer = {
        ...{ number, version: 1, language, timeZone, currency, customer, place: places.get(place.id) ?? null, title, text: null },
        ...{ sentAt: sentAt.toISOString(), validUntil: until.toISOString() },
        ...offered(sheet),
      };
      const yes = status === 'accepted';
      return {
        ...{ quotation_id: id, version: 1, title, value: sheet.sales_total, valid_until: until, ...sealed(offer), sent_at: sentAt, sent_by: seller },
        ...{ decision: yes ? 'accepted' : null, decided_at: yes ? answeredAt : null, decided_name: yes ? at(people, 0) : null, reason: null },
        ...{ decided_ip: null, decided_by: yes ? contact.accountId : null, via: yes ? 'link' : null },
      };
    }),
  );
  await insertRows(
    db,
    'desk_quotation_recipients',
    sent.map(({ id, contact }) => ({ quotation_id: id, version: 1, account_id: contact.accountId, kind: 'to' })),
  );
  const found = made.flatMap(({ number, title, place }, index) =>
    words(number, title, customers.get(place.customerId)).map((word) => ({ owner: 'quotation', word, owner_id: at(ids, index) })),
  );
  await insertRows(db, 'desk_words', found);
}
