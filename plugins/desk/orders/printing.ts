import {
  DATABASE,
  FILES,
  SETTINGS,
  TRANSLATOR,
  createFormatter,
  inject,
  injectable,
  type Database,
  type Files,
  type Formatter,
  type PageContext,
  type Settings,
  type Translator,
} from '../../../core/api.js';
import type { Printed, Translate } from './printed.js';
import { pdfOf } from './report-pdf.js';

/** How a paper is written: the language and zone of its reader. */
export interface Voice {
  language: string;
  timeZone: string;
  currency: string;
  fmt: Formatter;
  /** Keys without a namespace are of the desk. */
  t: Translate;
}

/** What all papers have in common: the voice of the customer, the head of the company, and the PDF. */
@injectable()
export class Printing {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(TRANSLATOR) private readonly translator: Translator,
    @inject(FILES) private readonly files: Files,
  ) {}

  async forCustomer(customerId: number): Promise<Voice> {
    const [customer] = await this.db.query<{ language: string | null; time_zone: string | null }>(
      'SELECT language, time_zone FROM customers_customers WHERE id = ?',
      [customerId],
    );
    return this.voice(customer?.language ?? this.settings.get('core.language'), customer?.time_zone || this.settings.get('core.timeZone'));
  }

  voice(language: string, timeZone: string, currency: string = this.settings.get('core.currency')): Voice {
    const t: Translate = (key, vars) => this.translator.t(language, key.includes(':') ? key : `desk:${key}`, vars);
    return { language, timeZone, currency, fmt: createFormatter(language, timeZone), t };
  }

  company(): Printed['company'] {
    const get = (key: 'companyName' | 'companyPhone' | 'companyEmail' | 'logo') => this.settings.get(`core.${key}`);
    return { name: get('companyName'), lines: [get('companyPhone'), get('companyEmail')].filter((line) => line !== ''), logo: get('logo') };
  }

  /** The paper on A4 pages, with the logo where its type can be set, and the drawing of a signature. */
  async pdf(printed: Printed, drawing?: string): Promise<Buffer> {
    return pdfOf(printed, { logo: await this.#picture(printed.company.logo), signature: await this.#picture(drawing ?? '') });
  }

  /** Sends it as a file. */
  async send(c: PageContext, printed: Printed, name: string): Promise<void> {
    sendFile(c, 'application/pdf', `${name}.pdf`, await this.pdf(printed));
  }

  async #picture(id: string): Promise<string | null> {
    const file = id === '' ? null : await this.files.content(id);
    return file && ['image/png', 'image/jpeg'].includes(file.type) ? `data:${file.type};base64,${file.bytes.toString('base64')}` : null;
  }
}

export function sendFile(c: PageContext, type: string, name: string, content: Buffer | string): void {
  c.res.set({ 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`, 'Cache-Control': 'no-store' });
  c.res.end(content);
}
