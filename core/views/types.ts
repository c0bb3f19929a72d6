import type { Vars } from '../errors.js';

/** Names of all views, `<plugin>/<view>`; filled by the build. */
export interface ViewNames {}
/** A view that exists, such as `desk/order`: the build writes the list. */
export type ViewName = keyof ViewNames & string;

/** Dates, numbers and money as the reader writes them. */
export interface Formatter {
  readonly locale: string;
  readonly timeZone: string;
  date(value: Date | string | number, style?: 'short' | 'medium' | 'long' | 'weekday'): string;
  time(value: Date | string | number): string;
  dateTime(value: Date | string | number, style?: 'short' | 'medium' | 'long'): string;
  /** "3 minutes ago", "in 2 days". */
  relative(value: Date | string | number): string;
  /** The shortest that is exact enough in a list: "8 min", "2 hrs", "yesterday", "24 Nov". */
  ago(value: Date | string | number): string;
  /** The time of a moment, with its day unless that is today. */
  moment(value: Date | string | number): string;
  number(value: number, options?: Intl.NumberFormatOptions): string;
  /** Minor units of a currency: `money(12550, 'EUR')` is "€125.50". */
  money(minor: number, currency: string): string;
  /** The same without the currency's sign and without groups: for a field. */
  amount(minor: number, currency: string): string;
  /** Thousandths: `quantity(1500)` is "1.5". */
  quantity(thousandths: number): string;
  /** What a person typed as money, in minor units; null when it is none. Reads what `amount` and `money` write. */
  parseMoney(text: string, currency: string): number | null;
  /** What a person typed as a quantity, in thousandths; null when it is none. */
  parseQuantity(text: string): number | null;
  bytes(value: number): string;
}

/** Translation. Keys are `<namespace>:<key>`; without a namespace the view's own plugin is meant. */
export interface Translator {
  readonly languages: readonly string[];
  t(language: string, key: string, vars?: Vars): string;
  has(language: string, key: string): boolean;
}

/** A place in a view that plugins fill; replaced after rendering, because its data is fetched. */
export interface OutletCall {
  placeholder: string;
  name: string;
  args: Record<string, unknown>;
}
/** What one render needs of the request; helpers read it, templates never see it. */
export interface RenderContext {
  language: string;
  fmt: Formatter;
  site: string;
  theme: string;
  csrf: string;
  /** Permission ids held anywhere: `{{#can "desk.order.plan"}}`. */
  held: ReadonlySet<string>;
}
/** Compiled templates, in one flat map per theme. */
export interface Views {
  /** Renders a view or, with the prefix `layout/`, a layout. `{{t "key"}}` looks in the view's own plugin first. */
  render(name: string, data: object, context: RenderContext): { html: string; outlets: OutletCall[] };
  /** Adds a plugin's views folder; returns the undo. Names are `<plugin>/<file without .hbs>`. */
  add(plugin: string, folder: string): () => void;
  has(name: string, theme?: string): boolean;
}

/** What layouts get besides `{{{body}}}`. */
export interface LayoutData {
  site: string;
  title: string;
  company: string;
  /** Address of the company's logo, or ''. */
  logo: string;
  language: string;
  theme: string;
  /** '' follows the system. */
  mode: '' | 'light' | 'dark';
  csrf: string;
  account: { id: number; name: string; email: string; initials: string; hue: number } | null;
  /** Staff: sections with headings; portal: one section without. `hidden` never appears: what may not be seen is absent. */
  menu: {
    section: string;
    label: string;
    entries: { label: string; href: string; icon: string; active: boolean; count: number; live: string; key: string }[];
  }[];
  flash: { text: string; tone: string; undo: string | null; seconds: number | null } | null;
  banners: { tone: 'info' | 'warn' | 'bad'; text: string; href: string | null; link: string | null }[];
  /** Seconds of inactivity until sign-out, for the warning; 0 when nobody is signed in. */
  idleSeconds: number;
  unread: number;
  path: string;
  home: string;
  languages: { id: string; name: string; current: boolean }[];
  body: string;
}
