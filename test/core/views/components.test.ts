import { expect } from 'chai';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../core/paths.js';
import { loadAssets } from '../../../core/views/assets.js';
import { createViews } from '../../../core/views/engine.js';
import { createFormatter } from '../../../core/views/format.js';
import { addCoreTexts, createTranslator } from '../../../core/views/translator.js';
import type { RenderContext } from '../../../core/views/types.js';

const context: RenderContext = { language: 'en', fmt: createFormatter('en', 'UTC'), site: 'staff', theme: 'base', csrf: 'token', held: new Set() };

describe('components (ui/*)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portico-components-'));
  after(() => rmSync(folder, { recursive: true }));

  function render(source: string, data: object): string {
    const views = mkdtempSync(join(folder, 'views-'));
    mkdirSync(views, { recursive: true });
    writeFileSync(join(views, 'page.hbs'), source);
    const translator = createTranslator();
    addCoreTexts(translator);
    const log = { debug() {}, info() {}, warn() {}, error() {} } as unknown as Parameters<typeof createViews>[0]['log'];
    const engine = createViews({
      themesRoot: join(projectRoot, 'themes'),
      coreViews: join(projectRoot, 'core/admin/views'),
      translator,
      assets: loadAssets(folder),
      log,
    });
    engine.add('sample', views);
    return engine.render('sample/page', data, context).html;
  }

  it('show nothing that they were not given', () => {
    const html = render('{{#each rows}}{{> ui/badge text="On"}}{{/each}}', { rows: [{ icon: 'printer', tone: 'bad', text: 'row' }] });
    expect(html.trim()).to.equal('<span class="badge">On</span>');
  });

  it('let their content see everything around them', () => {
    const html = render('{{#each rows}}{{#> ui/card title="Card"}}{{title}} {{../page}}{{/ui/card}}{{/each}}', {
      page: 'Page',
      rows: [{ title: 'Row', id: 7 }],
    });
    expect(html).to.contain('<h2>Card</h2>').and.contain('Row Page').and.not.contain('id="7"');
  });

  it('name what is wrong at the field and again in the summary', () => {
    const form = { values: { city: '<b>' }, errors: { city: 'Enter a city.' }, summary: [{ field: 'city', text: 'Enter a city.' }] };
    const html = render('{{> ui/errors form=form}}{{> ui/field form=form name="city" label="City" required=true}}', { form });
    expect(html).to.contain('href="#f-city"').and.contain('aria-invalid="true"').and.contain('value="&lt;b&gt;"').and.contain('aria-describedby="f-city-note"');
  });

  it('print the token into every form that a confirmation sends', () => {
    expect(render('{{> ui/confirm id="x" title="Sure?" action="/x" button="Yes"}}', {})).to.contain('name="_csrf" value="token"');
  });

  it('a select escapes its options, and picks what is chosen anew each time although a frozen list is written once', () => {
    const options = Object.freeze([
      { value: 'a"', label: '<b>A</b>' },
      { value: 2, label: 'Two' },
      { value: 3, label: 'Three', disabled: true },
    ]);
    const select = (chosen: unknown) =>
      render('{{> ui/select form=form name="n" label="L" options=options}}', { form: { values: { n: chosen }, errors: {} }, options });
    for (const [chosen, selected] of [
      ['2', '<option value="2" selected>Two'],
      ['a"', '<option value="a&quot;" selected>&lt;b&gt;A&lt;/b&gt;'],
      [3, '<option value="3" selected disabled>Three'],
    ] as const) {
      const html = select(chosen);
      expect(html).to.contain(selected);
      expect(html.match(/ selected/g), String(chosen)).to.have.length(1);
    }
    expect(select(undefined)).not.to.contain(' selected');
  });
});
