import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { createViews } from '../../../core/views/engine.js';
import { createFormatter } from '../../../core/views/format.js';
import { createTranslator } from '../../../core/views/translator.js';
import type { RenderContext } from '../../../core/views/types.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('views', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'portico-views-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (files: Record<string, string>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  };
  const context = (more: Partial<RenderContext> = {}): RenderContext => ({
    language: 'en',
    fmt: createFormatter('en', 'Europe/Stockholm'),
    site: 'staff',
    theme: 'base',
    csrf: 'to"ken',
    held: new Set(['desk.order.plan']),
    ...more,
  });
  function views(files: Record<string, string>) {
    write({ 'themes/base/theme.json': '{}', ...files });
    const translator = createTranslator();
    translator.add('core', join(root, 'core-texts'));
    translator.add('desk', join(root, 'desk-texts'));
    const engine = createViews({
      themesRoot: join(root, 'themes'),
      coreViews: join(root, 'core'),
      translator,
      assets: { url: (name) => `/assets/${name}` },
      log,
    });
    const remove = engine.add('desk', join(root, 'desk'));
    return {
      engine,
      translator,
      remove,
      show: (name: string, data: object = {}, more?: Partial<RenderContext>) => engine.render(name, data, context(more)).html,
    };
  }
  const one = (template: string, data: object = {}, files: Record<string, string> = {}) => views({ 'desk/a.hbs': template, ...files }).show('desk/a', data);

  it('escapes data, also in translated sentences and in arguments of partials', () => {
    const html = one(
      '{{name}} {{t "hello" name=name}} {{> ui/box text=name}} {{> ui/box text=(t "hello" name=name)}}',
      { name: '<img src=x>' },
      {
        'themes/base/partials/ui/box.hbs': '[{{text}}]',
        'desk-texts/en.json': '{"hello":"Hello {{name}} & all"}',
      },
    );
    expect(html).to.not.contain('<img');
    expect(html).to.contain('[&lt;img src&#x3D;x&gt;]').and.contain('Hello &lt;img src&#x3D;x&gt; &amp; all');
  });

  it('keeps a date as <time> inside a translated sentence, and gives its text alone to attributes', () => {
    const files = { 'desk-texts/en.json': '{"due":"Due <{{when}}>"}' };
    expect(one('{{t "due" when=(date at)}}', { at: '2026-03-01' }, files)).to.equal('Due &lt;<time datetime="2026-03-01">1 Mar 2026</time>&gt;');
    expect(one('{{plain (date at)}}', { at: '2026-03-01' })).to.equal('1 Mar 2026');
  });

  it('C3: a template reaches neither constructor nor prototype, and no helper but the known ones', () => {
    class Row {
      own = 1;
      get secret(): string {
        return 'hidden';
      }
    }
    expect(
      one(
        '[{{constructor}}{{row.constructor.name}}{{row.__proto__}}{{row.secret}}{{lookup row "constructor"}}{{get row "constructor"}}{{#with row}}{{this.constructor}}{{/with}}]{{row.own}}',
        { row: new Row() },
      ),
    ).to.equal('[]1');
    expect(() => one('{{constructor "x"}}')).to.throw();
    expect(() => one('{{log "x"}}')).to.throw();
    expect(one('{{> (lookup . "name")}}', { name: 'ui/box' }, { 'themes/base/partials/ui/box.hbs': 'box' })).to.equal('box');
    expect(() => one('{{> (lookup . "name")}}', { name: { type: 'Program', body: [] } })).to.throw();
    expect(() => one('{{> (lookup . "name")}}', { name: 'constructor' })).to.throw();
  });

  it('C3: what a render needs of the request is not visible to a template', () => {
    expect(one('[{{csrfToken}}{{@context}}{{@now}}{{@root.held}}{{context}}]')).to.equal('[]');
  });

  it('refuses unescaped output, except for the body of a layout', () => {
    expect(() => one('{{{name}}}')).to.throw('desk/a:1: unescaped output');
    expect(() => one('{{#if a}}\n{{&name}}{{/if}}')).to.throw('desk/a:2: unescaped output');
    const { show } = views({ 'desk/a.hbs': '', 'themes/base/layouts/staff.hbs': '<main>{{{body}}}</main>' });
    expect(show('layout/staff', { body: '<p>' })).to.equal('<main><p></main>');
  });

  it('names the file in which a template is broken', () => {
    expect(() => one('{{#if a}}')).to.throw(/^desk\/a: Parse error/);
  });

  it('lets a theme override a view, a partial and a layout, and inherit the rest', () => {
    const { engine, show } = views({
      'themes/base/partials/ui/box.hbs': 'base box',
      'themes/base/partials/ui/other.hbs': 'other',
      'themes/base/layouts/staff.hbs': 'base layout',
      'themes/harbor/theme.json': '{"extends":"base"}',
      'themes/harbor/partials/ui/box.hbs': 'harbor box',
      'themes/harbor/views/desk/b.hbs': 'harbor {{t "word"}}',
      'desk/a.hbs': '{{> ui/box}} {{> ui/other}}',
      'desk/b.hbs': 'plain',
      'desk-texts/en.json': '{"word":"desk word"}',
    });
    expect(show('desk/a')).to.equal('base box other');
    expect(show('desk/a', {}, { theme: 'harbor' })).to.equal('harbor box other');
    expect(show('desk/b')).to.equal('plain');
    expect(show('desk/b', {}, { theme: 'harbor' })).to.equal('harbor desk word');
    expect(show('layout/staff', {}, { theme: 'harbor' })).to.equal('base layout');
    expect(show('desk/b', {}, { theme: 'gone' })).to.equal('plain');
    expect(engine.check()).to.deep.equal([]);
  });

  it("finds texts in the view's own plugin first, then in the core, also within the blocks of partials", () => {
    const files = {
      'core-texts/en.json': '{"save":"Save","title":"core title"}',
      'desk-texts/en.json': '{"title":"desk title"}',
      'themes/base/partials/ui/box.hbs': '{{t "title"}}:{{> @partial-block}}',
    };
    expect(
      one(
        '{{t "title"}} {{t "save"}} {{t key}} {{#> ui/box}}{{t "title"}}{{/ui/box}} {{t "core:title"}} {{t message}}',
        { key: 'title', message: { key: 'desk:title' } },
        files,
      ),
    ).to.equal('desk title Save desk title core title:desk title core title desk title');
  });

  it('prefers data over a helper of the same name where nothing is passed', () => {
    expect(one('{{#with item}}{{icon}} {{number}} {{date}}{{/with}}', { item: { icon: 'truck', number: 'N-7', date: 'soon' } })).to.equal('truck N-7 soon');
  });

  it('puts a partial that takes nothing in place, with the context and texts it would have had', () => {
    const files = {
      'themes/base/partials/ui/row.hbs': '{{name}}{{@index}}{{t "x"}};',
      'core-texts/en.json': '{"x":"core"}',
      'desk-texts/en.json': '{"x":"desk"}',
    };
    expect(one('{{#each rows}}{{> ui/row}}{{/each}}', { rows: [{ name: 'a' }, { name: 'b' }] }, files)).to.equal('a0core;b1core;');
  });

  it('decides at once what is known, and nothing that is not', () => {
    const files = {
      'themes/base/partials/ui/box.hbs': '<{{#if tone}}{{tone}}{{else}}-{{/if}}{{#if (and (eq kind "x") (not gone))}}!{{/if}}{{or text "none"}}>',
      'themes/base/partials/ui/frame.hbs': '({{title}}{{#if @partial-block}}{{> @partial-block (or outer this)}}{{/if}})',
    };
    expect(one('{{> ui/box kind="x"}}{{> ui/box tone=0 kind=kind text=""}}{{> ui/box tone="<" text=text}}', { kind: 'x', text: '&' }, files)).to.equal(
      '<-!none><-!none><&lt;&amp;>',
    );
    expect(one('{{#each list}}{{#if this}}yes{{else}}no{{/if}}{{or this "-"}},{{/each}}', { list: [true, false, '', 'a'] })).to.equal('yestrue,no-,no-,yesa,');
    expect(
      one(
        '{{#each rows}}{{#> ui/frame title="T"}}{{@index}}{{title}}{{../title}}{{/ui/frame}}{{/each}}{{> ui/frame title=title}}',
        { title: 'P', rows: [{ title: 'R' }] },
        files,
      ),
    ).to.equal('(T0RP)(P)');
    expect(one('{{#each map as |value|}}{{@key}}={{value}}{{#unless @last}},{{/unless}}{{else}}none{{/each}}', { map: { a: 1, b: 2 } })).to.equal('a=1,b=2');
    expect(one('{{#with a}}{{b}}{{else}}none{{/with}}{{#each a.x}}x{{else}}empty{{/each}}', { a: null })).to.equal('noneempty');
  });

  it('keeps texts for each language until they change', () => {
    const { translator, show } = views({
      'desk/a.hbs': '<b title="{{t "word"}}">{{t "word"}}</b>',
      'desk-texts/en.json': '{"word":"<word>"}',
      'desk-texts/sv.json': '{"word":"ord"}',
    });
    expect(show('desk/a') + show('desk/a', {}, { language: 'sv' }) + show('desk/a')).to.equal(
      '<b title="&lt;word&gt;">&lt;word&gt;</b><b title="ord">ord</b><b title="&lt;word&gt;">&lt;word&gt;</b>',
    );
    write({ 'more/en.json': '{"word":"other"}' });
    const remove = translator.add('desk', join(root, 'more'));
    expect(show('desk/a')).to.equal('<b title="other">other</b>');
    remove();
    expect(show('desk/a')).to.contain('&lt;word&gt;');
  });

  it('C3: names in a template are never code', () => {
    const nasty = 'x"];globalThis.broken=1;//';
    expect(one(`{{[${'x"+(globalThis.broken=1)+"'}]}}{{> ui/box [a"]=1}}`.replace('[a"]', 'a'), {}, { 'themes/base/partials/ui/box.hbs': '{{a}}' })).to.equal(
      '1',
    );
    expect(() => one(`{{t 'k' x='${nasty}'}}\u2028\`\${globalThis.broken=1}`)).to.not.throw();
    expect(globalThis).to.not.have.property('broken');
  });

  it('survives partials that call each other, to the depth the data has', () => {
    const files = { 'desk/tree.hbs': '{{name}}{{#each children}}({{> desk/tree}}){{/each}}' };
    expect(one('{{> desk/tree}}', { name: 'a', children: [{ name: 'b', children: [{ name: 'c' }] }] }, files)).to.equal('a(b(c))');
  });

  it('leaves a unique mark for each outlet, and tells what is wanted there', () => {
    const { engine } = views({ 'desk/a.hbs': '<p>{{outlet "desk.order.panel" id=order.id}}</p>{{outlet "desk.order.panel" id=8}}' });
    const { html, outlets } = engine.render('desk/a', { order: { id: 7 } }, context());
    expect(outlets.map(({ name, args }) => ({ name, args }))).to.deep.equal([
      { name: 'desk.order.panel', args: { id: 7 } },
      { name: 'desk.order.panel', args: { id: 8 } },
    ]);
    expect(html).to.equal(`<p>${outlets[0]?.placeholder}</p>${outlets[1]?.placeholder}`);
    expect(engine.render('desk/a', {}, context()).outlets[0]?.placeholder).to.not.equal(outlets[0]?.placeholder);
  });

  it('shows what a person may, and compares what was typed with what was stored', () => {
    const html = one(
      '{{#can "desk.order.plan"}}plan{{else}}no{{/can}} {{#can "desk.other"}}yes{{else}}no{{/can}} {{#if (can "x" "desk.order.plan")}}any{{/if}} {{eq a 3}} {{and a b}} {{or b "z"}} {{not list}}',
      { a: '3', b: 0, list: [] },
    );
    expect(html).to.equal('plan no any true 0 z true');
  });

  it('prints the token of forms and icons without a way out of their attributes', () => {
    expect(one('{{csrf}}')).to.equal('<input type="hidden" name="_csrf" value="to&quot;ken">');
    expect(one('{{icon name label=name}}', { name: '"><script>' })).to.not.contain('<script>');
    expect(one('{{icon "truck" class="big"}}')).to.equal(
      '<svg class="icon big" width="18" height="18" aria-hidden="true"><use href="/assets/icons.svg#truck"></use></svg>',
    );
  });

  it('reads changed files again while developing, and keeps the last good state when one is broken', async () => {
    const { show } = views({ 'desk/a.hbs': 'before' });
    const change = async (text: string): Promise<string> => {
      write({ 'desk/a.hbs': text });
      await new Promise((resolve) => setTimeout(resolve, 520));
      return show('desk/a');
    };
    expect(show('desk/a')).to.equal('before');
    expect(await change('after')).to.equal('after');
    expect(await change('{{#if x}}')).to.equal('after');
    expect(await change('again')).to.equal('again');
  });

  it('forgets the views of a plugin that stopped', () => {
    const { engine, remove } = views({ 'desk/a.hbs': 'a' });
    expect(engine.has('desk/a')).to.equal(true);
    remove();
    expect(engine.has('desk/a')).to.equal(false);
    expect(() => engine.render('desk/a', {}, context())).to.throw('There is no view "desk/a"');
  });

  it('tells partials that do not exist and overrides of nothing', () => {
    const { engine } = views({ 'desk/a.hbs': '{{> ui/none}}', 'themes/base/views/desk/zzz.hbs': 'x' });
    expect(engine.check()).to.deep.equal(['base: desk/a: there is no partial "ui/none"', 'base: overrides "desk/zzz", which does not exist']);
  });

  it('refuses a circle of themes', () => {
    expect(() => views({ 'themes/a/theme.json': '{"extends":"b"}', 'themes/b/theme.json': '{"extends":"a"}' })).to.throw('Theme a: "a" is its own parent');
  });
});
