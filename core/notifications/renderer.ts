import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { projectRoot } from '../paths.js';
import type { Settings } from '../settings/service-types.js';
import { createFormatter } from '../views/format.js';
import type { Formatter, Translator } from '../views/types.js';
import { readData } from './data.js';
import type { OutboxRow } from './model.js';
import type { MailHeaders, RenderedMessage } from './types.js';

/** What is known of an account when a message is delivered. */
export interface Recipient {
  email: string;
  mobile?: string | null;
  name: string;
  language: string;
  timeZone: string;
}

/** Brand color of each theme; mail programs know no variables. */
const COLORS: Readonly<Record<string, string>> = { base: '#0b6e68', harbor: '#1d4ed8' };

/** Writes a message in the language and the time zone of its recipient, at the moment it is delivered. */
export class MessageRenderer {
  readonly #layout = Handlebars.create().compile<object>(readFileSync(join(projectRoot, 'core/notifications/mail.hbs'), 'utf8'), { strict: false });

  constructor(
    private readonly translator: Translator,
    private readonly settings: Settings,
  ) {}

  render(
    row: Pick<OutboxRow, 'id' | 'template' | 'account_id' | 'address' | 'name' | 'language' | 'data' | 'link' | 'mail'> & { secret?: number | boolean },
    recipient: Recipient | null,
  ): RenderedMessage {
    const language = recipient?.language || row.language || this.settings.get('core.language');
    const fmt = createFormatter(language, recipient?.timeZone || this.settings.get('core.timeZone'));
    const company = this.#company();
    const name = recipient?.name ?? row.name;
    const vars = { name: name ?? '', ...readData(row.data, fmt), company };
    const key = keyOf(row.template);
    const subject = this.subject(row, language, fmt);
    const text = this.translator.t(language, `${key}.text`, vars);
    const action = this.translator.has(language, `${key}.action`)
      ? this.translator.t(language, `${key}.action`, vars)
      : this.translator.t(language, 'core:mail.open');
    const html = (): string =>
      this.#layout({
        language,
        subject,
        company,
        color: COLORS[this.settings.get('core.theme')] ?? COLORS.base,
        paragraphs: text.split(/\n{2,}/).map((paragraph) => paragraph.split('\n')),
        link: row.link,
        action,
        linkHint: this.translator.t(language, 'core:mail.linkHint'),
        footer: this.#footer(language, company),
      });
    return {
      id: row.id,
      to: {
        address: oneLine(recipient?.email ?? row.address ?? ''),
        mobile: recipient?.mobile ?? null,
        name: name === null ? null : oneLine(name),
        accountId: row.account_id,
      },
      subject,
      text: [text, ...(row.link === null ? [] : [`${action}:\n${row.link}`]), `-- \n${this.#footer(language, company)}`].join('\n\n'),
      short: this.translator.has(language, `${key}.sms`) ? oneLine(this.translator.t(language, `${key}.sms`, vars)) : null,
      // Only mails need it.
      get html() {
        return html();
      },
      link: row.link,
      language,
      secret: Boolean(row.secret),
      mail: row.mail === null ? {} : (JSON.parse(row.mail) as MailHeaders),
    };
  }

  /** What a message is about, without its recipient, for lists. */
  subject(row: Pick<OutboxRow, 'template' | 'data'>, language: string, fmt: Formatter): string {
    return oneLine(this.translator.t(language, `${keyOf(row.template)}.subject`, { ...readData(row.data, fmt), company: this.#company() }));
  }

  #company(): string {
    return this.settings.get('core.companyName') || 'Portico';
  }

  #footer(language: string, company: string): string {
    const contact = [this.settings.get('core.companyPhone'), this.settings.get('core.companyEmail')].filter((part) => part !== '');
    return [this.translator.t(language, 'core:mail.footer', { company }), ...contact].join(' · ');
  }
}

/** `desk.order-created` has its texts at `desk:mail.order-created.…`. */
function keyOf(template: string): string {
  const dot = template.indexOf('.');
  return `${template.slice(0, dot)}:mail.${template.slice(dot + 1)}`;
}

/** Header fields are single lines: a line break in a name must not start another field. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\t\0\u2028\u2029]+/g, ' ').trim();
}
