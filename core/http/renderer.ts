import { z } from 'zod';
import type { Contributions, MenuItem } from './contributions.js';
import type { Page } from './page-context.js';
import { cookie } from './state.js';
import { languageName } from '../views/language-name.js';
import { hue, initials } from '../views/person.js';
import type { LayoutData, OutletCall, RenderContext, ViewName, Views } from '../views/types.js';

/** What layouts need to know of the rest. */
export interface RendererParts {
  views: Views;
  contributions: Contributions;
  theme(page: Page): string;
  company(): string;
  /** Id of the file, or ''. */
  logo(): string;
  languages(): readonly string[];
  layoutOf(site: string): { layout: string; home: string };
  banners(page: Page): LayoutData['banners'];
  unread(accountId: number): Promise<number>;
}

const flashShape = z.object({
  text: z.string().max(400),
  tone: z.enum(['ok', 'bad', 'info']),
  undo: z.string().startsWith('/').nullable(),
  seconds: z.number().int().nullable(),
});
const sectionOrder = ['', 'work', 'register', 'modules', 'settings'];

/** Turns a view and its data into the page that is sent: body, outlets, layout. */
export class Renderer {
  constructor(private readonly parts: RendererParts) {}

  async send(page: Page, name: ViewName | 'core/error', data: object, options: { title?: string; layout?: string }): Promise<void> {
    const context = this.#context(page);
    const body = await this.#fill(page, context, this.parts.views.render(name, data, context));
    const html = page.fragment && options.layout !== 'plain' ? body : await this.#layout(page, context, body, options);
    if (page.res.headersSent) return;
    page.res.setHeader('Content-Type', 'text/html; charset=utf-8');
    page.res.setHeader('Cache-Control', 'no-store');
    page.res.setHeader('Vary', 'HX-Request');
    // Not `send`: it would look for an ETag and copy the page once more.
    page.res.end(html);
  }

  /** A view alone, without outlets and layout. */
  fragment(page: Page, name: ViewName, data: object): string {
    return this.parts.views.render(name, data, this.#context(page)).html;
  }

  #context(page: Page): RenderContext {
    return {
      language: page.language,
      fmt: page.fmt,
      site: page.site,
      theme: this.parts.theme(page),
      csrf: page.state.session?.csrf ?? '',
      held: page.state.held,
    };
  }

  /** Outlets are rendered after the view, since their data is fetched; one that throws is a fault of its plugin and shows nothing. */
  async #fill(page: Page, context: RenderContext, rendered: { html: string; outlets: OutletCall[] }): Promise<string> {
    if (rendered.outlets.length === 0) return rendered.html;
    const parts = await Promise.all(rendered.outlets.map((call) => this.parts.contributions.renderOutlet(page, context, call)));
    const byPlaceholder = new Map(rendered.outlets.map((call, i) => [call.placeholder, parts[i]!]));
    return rendered.html.replace(/<!--outlet:\d+-->/g, (placeholder) => byPlaceholder.get(placeholder) ?? '');
  }

  async #layout(page: Page, context: RenderContext, body: string, options: { title?: string; layout?: string }): Promise<string> {
    const { session } = page.state;
    const site = this.parts.layoutOf(page.site);
    const logo = this.parts.logo();
    const account = session?.account ?? null;
    const data: LayoutData = {
      site: page.site,
      title: options.title ?? '',
      company: this.parts.company(),
      // The id in the address makes browsers ask for a new logo at once.
      logo: logo && `/brand/logo?v=${logo.slice(0, 8)}`,
      language: page.language,
      theme: context.theme,
      mode: colorMode(page),
      csrf: context.csrf,
      account: account && { id: account.id, name: account.name, email: account.email, initials: initials(account.name), hue: hue(account.name) },
      menu: account ? await this.#menu(page) : [],
      flash: takeFlash(page),
      banners: account ? this.parts.banners(page) : [],
      idleSeconds: (session?.idleMinutes ?? 0) * 60,
      unread: account ? await this.parts.unread(account.id) : 0,
      // The page about a missing thing is the same to the byte as that about a hidden one.
      path: page.res.statusCode === 404 ? site.home : page.req.path,
      home: site.home,
      languages: this.parts.languages().map((id) => ({ id, name: languageName(id), current: id === page.language })),
      body,
    };
    return this.parts.views.render(`layout/${options.layout ?? (account ? site.layout : 'plain')}`, data, context).html;
  }

  async #menu(page: Page): Promise<LayoutData['menu']> {
    const items = this.parts.contributions.menuOf(page.site).filter((item) => !item.permission || page.state.held.has(item.permission));
    const groups = await Promise.all(items.map((item) => this.#lines(item, page)));
    const active = longestMatch(groups.flat(), page.req.path);
    const sections = new Map<string, LayoutData['menu'][number]>();
    items.forEach((item, i) => {
      const id = item.section ?? '';
      let section = sections.get(id);
      if (!section) sections.set(id, (section = { section: id, label: id ? page.t(`core:menu.section.${id}`) : '', entries: [] }));
      section.entries.push(...groups[i]!.map((line) => ({ ...line, active: line === active })));
    });
    return [...sections.values()].sort((a, b) => sectionOrder.indexOf(a.section) - sectionOrder.indexOf(b.section));
  }

  /** A menu entry, and those of the person's own that follow it. */
  async #lines(item: MenuItem, page: Page): Promise<Omit<LayoutData['menu'][number]['entries'][number], 'active'>[]> {
    const { contributions } = this.parts;
    const [count, more] = await Promise.all([contributions.count(item, page), contributions.more(item, page)]);
    const { href, icon, live = '', key = '' } = item;
    return [
      { label: page.t(`${item.plugin}:${item.label}`), href, icon, count, live, key },
      ...more.map(({ text, ...line }) => ({ label: text, ...line, live, key: '' })),
    ];
  }
}

function longestMatch<T extends { href: string }>(items: readonly T[], path: string): T | undefined {
  const matches = items.filter(({ href }) => path === href || (href !== '/' && path.startsWith(`${href}/`)));
  return matches.sort((a, b) => b.href.length - a.href.length)[0];
}

function colorMode(page: Page): '' | 'light' | 'dark' {
  const mode = cookie(page.req.headers.cookie, 'theme');
  return mode === 'light' || mode === 'dark' ? mode : '';
}

/** The toast left by the request before; shown once. */
function takeFlash(page: Page): LayoutData['flash'] {
  const name = `portico-flash-${page.site}`;
  const value = cookie(page.req.headers.cookie, name);
  if (!value) return null;
  page.res.clearCookie(name, { path: '/' });
  try {
    return flashShape.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
  } catch {
    return null;
  }
}
