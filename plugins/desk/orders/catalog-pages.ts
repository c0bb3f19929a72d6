import { stringify } from 'csv-stringify/sync';
import { SETTINGS, guard, z, type FormState, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { fileImportPages, readRow } from '../../customers/api.js';
import { articleForm, checklistInput, type ArticleInput } from '../inputs.js';
import { ArticleImports, articleFields } from './article-import.js';
import { ArticleService, type Article } from './article-service.js';
import { CheckService } from './check-service.js';

const states = ['', 'active', 'inactive'] as const;
const filters = z.object({ q: z.string().max(200).default(''), state: z.enum(states).catch('').default('active'), after: z.string().max(400).optional() });
type Filters = z.output<typeof filters>;

/** Articles and checklists: what orders take over. */
export const catalogPages: PageModule = (page, resolve) => {
  const articles = resolve(ArticleService);
  const [read, write] = [guard('desk.order.manage'), guard('desk.catalog.manage', 'write')];
  const currency = () => resolve(SETTINGS).get('core.currency');
  const inputOf = (c: PageContext, { number, active, ...form }: z.output<typeof articleForm>): ArticleInput => {
    const { text, unit, purchase_price, sales_price, vat } = readRow(c.fmt, currency(), { ...form, article: number, quantity: undefined, discount: undefined });
    return { number, active, text, unit, purchase_price, sales_price, vat };
  };

  page.get('/catalog', read, async (c) => {
    const query = c.query(filters);
    const { rows, next } = await articles.list(c.actor, filterOf(query));
    const { after, ...kept } = query;
    const self = (more: Record<string, string> = {}, file = '') => `/catalog${file}?${new URLSearchParams({ ...kept, ...more }).toString()}`;
    const money = (minor: number | null | undefined) => (typeof minor === 'number' ? c.fmt.money(minor, currency()) : '');
    c.view(
      'desk/catalog',
      {
        tabs: tabs(c, 'articles'),
        query,
        rows: rows.map((row) => ({ ...row, sales: money(row.sales_price), purchase: money(row.purchase_price), percent: percentOf(c, row.vat) })),
        purchase: c.may('desk.purchase-price.read'),
        next: next && self({ after: next }),
        first: after ? self() : null,
        csv: self({}, '/export.csv'),
        filtered: query.q !== '' || query.state !== 'active',
        states: states.map((value) => ({ value, label: c.t(`article.state.${value || 'all'}`) })),
      },
      { title: c.t('catalog.title') },
    );
  });

  page.get('/catalog/export.csv', guard('desk.order.manage', 'export'), async (c) => {
    const filter = filterOf(c.query(filters));
    c.res.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="articles.csv"', 'Cache-Control': 'no-store' });
    const fields = articleFields.filter((field) => field !== 'purchase_price' || c.may('desk.purchase-price.read'));
    c.res.write(`\ufeff${stringify([fields.map((field) => c.t(`article.${field}`))])}`);
    let after: string | undefined;
    do {
      const found = await articles.list(c.actor, { ...filter, after, limit: 500 });
      c.res.write(
        stringify(
          found.rows.map((row) => fields.map((field) => cell(c, row, field, currency()))),
          { escape_formulas: true },
        ),
      );
      after = found.next ?? undefined;
    } while (after && !c.res.destroyed);
    c.res.end();
  });

  page.form('/catalog/new', write, {
    schema: articleForm,
    initial: () => ({ active: 'true' }),
    show: (c, form) => showArticle(c, resolve, form, null),
    async submit(c, input) {
      await articles.create(c.actor, inputOf(c, input));
      c.redirect('/catalog', { key: 'desk:toast.articleSaved', vars: { text: input.text } });
    },
  });

  fileImportPages(page, {
    path: '/catalog/import',
    imports: resolve(ArticleImports),
    texts: 'desk:articleImport',
    back: { href: '/catalog', text: 'desk:catalog.title' },
    href: (id) => `/catalog/articles/${id}`,
  });

  page.form('/catalog/articles/:article', write, {
    schema: articleForm,
    async initial(c) {
      const article = await articles.get(c.actor, c.id('article'));
      const amount = (minor: number | null | undefined) => (typeof minor === 'number' ? c.fmt.amount(minor, currency()) : '');
      const { number, text, unit, vat, active } = article;
      const purchase = 'purchase_price' in article ? { purchase_price: amount(article.purchase_price) } : {};
      const rate = vat === null ? '' : c.fmt.number(vat / 100, { maximumFractionDigits: 2 });
      return { number, text, unit: unit ?? '', sales_price: amount(article.sales_price), ...purchase, vat: rate, active: active ? 'true' : '' };
    },
    show: async (c, form) => showArticle(c, resolve, form, await articles.get(c.actor, c.id('article'))),
    async submit(c, input) {
      await articles.update(c.actor, c.id('article'), inputOf(c, input));
      c.redirect('/catalog', { key: 'desk:toast.articleSaved', vars: { text: input.text } });
    },
  });
  for (const [action, active] of [
    ['activate', true],
    ['deactivate', false],
  ] as const) {
    page.post(`/catalog/articles/:article/${action}`, write, async (c) => {
      await articles.setActive(c.actor, c.id('article'), active);
      c.redirect('/catalog', { key: `desk:toast.article.${action}`, ...(active ? {} : { undo: `/catalog/articles/${c.id('article')}/activate` }) });
    });
  }

  const checks = resolve(CheckService);
  page.get('/catalog/checklists', read, async (c) => {
    const lists = await checks.lists(c.actor, true);
    const rows = lists.map((one) => ({ ...one, count: one.points.split('\n').length }));
    c.view('desk/checklists', { tabs: tabs(c, 'checklists'), rows }, { title: c.t('checklists.title') });
  });
  const showList = (c: PageContext, form: FormState, id: number | null) => {
    const title = c.t(id === null ? 'checklists.new' : 'checklists.edit');
    c.view('desk/checklist', { form, id, title, action: `/catalog/checklists/${id ?? 'new'}` }, { title });
  };
  page.form('/catalog/checklists/new', write, {
    schema: checklistInput,
    initial: () => ({ active: 'true' }),
    show: (c, form) => showList(c, form, null),
    async submit(c, input) {
      await checks.saveList(c.actor, null, input);
      c.redirect('/catalog/checklists', { key: 'desk:toast.checklistSaved', vars: { name: input.name } });
    },
  });
  page.form('/catalog/checklists/:list', write, {
    schema: checklistInput,
    async initial(c) {
      const { name, points, active } = await checks.getList(c.actor, c.id('list'));
      return { name, points, active: active ? 'true' : '' };
    },
    show: async (c, form) => showList(c, form, (await checks.getList(c.actor, c.id('list'))).id),
    async submit(c, input) {
      await checks.saveList(c.actor, c.id('list'), input);
      c.redirect('/catalog/checklists', { key: 'desk:toast.checklistSaved', vars: { name: input.name } });
    },
  });
};

const filterOf = ({ q, state, after }: Filters) => ({ q, after, ...(state === '' ? {} : { active: state === 'active' }) });
const percentOf = (c: PageContext, value: number | null): string =>
  value === null ? '' : c.fmt.number(value / 10_000, { style: 'percent', maximumFractionDigits: 2 });

function tabs(c: PageContext, active: 'articles' | 'checklists') {
  return [
    { label: c.t('catalog.title'), href: '/catalog', active: active === 'articles' },
    { label: c.t('checklists.title'), href: '/catalog/checklists', active: active === 'checklists' },
  ];
}

/** A cell as the import reads it. */
function cell(c: PageContext, row: Article, field: (typeof articleFields)[number], currency: string): string {
  const value = row[field];
  if (field === 'active') return row.active ? '1' : '0';
  if (value === null || value === undefined) return '';
  if (field === 'vat') return c.fmt.number(Number(value) / 100, { maximumFractionDigits: 2 });
  return field === 'sales_price' || field === 'purchase_price' ? c.fmt.amount(Number(value), currency) : String(value);
}

function showArticle(c: PageContext, resolve: Resolve, form: FormState, article: Article | null): void {
  const title = c.t(article ? 'article.edit' : 'article.new');
  const action = article ? `/catalog/articles/${article.id}` : '/catalog/new';
  const purchase = c.may('desk.purchase-price.read');
  c.view('desk/article', { form, article, title, action, purchase, currency: resolve(SETTINGS).get('core.currency') }, { title });
}
