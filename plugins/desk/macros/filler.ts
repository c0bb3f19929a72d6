import {
  ACCESS,
  ACCOUNTS,
  ConflictError,
  DATABASE,
  SETTINGS,
  TRANSLATOR,
  inject,
  injectable,
  readRows,
  type Access,
  type AccountService,
  type Actor,
  type Database,
  type Settings,
  type Translator,
} from '../../../core/api.js';
import { shownMatter } from '../shown-matter.js';
import { Sight } from '../sight.js';
import { Orders } from '../tables.js';
import { longTime } from '../times.js';
import type { RequestRow } from '../types.js';
import { emptyIn, fill, inLanguage, type Texts, type Values, type Variable } from './variables.js';

/** A text as it would stand in a message. */
export interface Filled {
  text: string;
  /** For these there is nothing to put in: their names stand in brackets. */
  missing: Variable[];
}

/** Puts into texts what is known of a request, in the language of whoever reads the answer. */
@injectable()
export class Filler {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(TRANSLATOR) private readonly translator: Translator,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /** Fills texts for a request that the actor was found to see. What it may not see of it is missing. */
  async for(actor: Actor, request: RequestRow): Promise<(texts: Texts) => Filled> {
    const { languages, values } = await this.#known(actor, request);
    return (texts) => {
      const text = inLanguage(texts, languages) ?? '';
      return { text: fill(text, values, (name) => `[${this.translator.t(languages[0] ?? 'en', `desk:variable.${name}`)}]`), missing: emptyIn(text, values) };
    };
  }

  /** A text that goes out without anybody looking at it. @throws ConflictError `text_incomplete` when there is nothing to put in for one of its variables */
  async whole(actor: Actor, request: RequestRow, texts: Texts): Promise<string> {
    const { text, missing } = (await this.for(actor, request))(texts);
    const [name] = missing;
    if (name) throw new ConflictError({ key: 'desk:error.variableEmpty', vars: { name } }, 'text_incomplete');
    return text;
  }

  async #known(actor: Actor, row: RequestRow): Promise<{ languages: string[]; values: Values }> {
    const request = await shownMatter(this.access, actor, 'desk.request.read', row);
    const [place] = await this.db.query<{
      customer: string;
      language: string | null;
      contact: string | null;
      installation: string | null;
      device: string | null;
    }>(
      `SELECT c.name AS customer, c.language, c.contact_person AS contact, i.name AS installation, d.name AS device FROM customers_customers c
       LEFT JOIN customers_installations i ON i.id = ? LEFT JOIN customers_devices d ON d.id = ? WHERE c.id = ?`,
      [request.installation_id, request.device_id, request.customer_id],
    );
    const reporter = request.reporter_account_id === null ? null : await this.accounts.get(request.reporter_account_id);
    const order = await this.#order(actor, request);
    const languages = [reporter?.language, place?.language, this.settings.get('core.language')].filter((one): one is string => Boolean(one));
    const name = reporter?.name ?? place?.contact ?? place?.customer ?? null;
    const zone = reporter?.timeZone || this.settings.get('core.timeZone');
    return {
      languages,
      values: {
        'customer.name': place?.customer ?? null,
        'reporter.name': name,
        'reporter.firstName': name?.split(' ')[0] ?? null,
        'request.number': String(request.number),
        'request.subject': request.subject,
        'installation.name': place?.installation ?? null,
        'device.name': place?.device ?? null,
        'order.number': order?.number ?? null,
        'order.planned': order?.planned_start ? longTime(order.planned_start, languages[0] ?? 'en', zone) : null,
        'agent.name': actor.account?.name ?? null,
        'company.name': this.settings.get('core.companyName') || null,
      },
    };
  }

  async #order(actor: Actor, { order_id: id }: RequestRow) {
    const [order] = id === null ? [] : await readRows(this.db, Orders, 'WHERE id = ?', [id]);
    return order && (await this.sight.seesOrder(actor, order)) ? order : null;
  }
}
