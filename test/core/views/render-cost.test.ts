import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { createViews } from '../../../core/views/engine.js';
import { createFormatter } from '../../../core/views/format.js';
import { createTranslator } from '../../../core/views/translator.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('cost of a page', () => {
  const root = mkdtempSync(join(tmpdir(), 'portico-cost-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  after(() => rmSync(root, { recursive: true }));

  it('renders 25 rows with dates, icons, links and 60 translated texts in little time', () => {
    const texts = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, `Text number ${i}`]));
    write('texts/en.json', JSON.stringify({ ...texts, rows_one: '{{count}} order', rows_other: '{{count}} orders', by: 'by {{name}}' }));
    write('themes/base/theme.json', '{}');
    write('themes/base/partials/ui/head.hbs', '<header>{{icon "house"}}{{t "home"}}</header>');
    write('themes/base/partials/ui/table.hbs', '<div class="table"><table aria-label="{{label}}">{{> @partial-block (or outer this)}}</table></div>');
    write(
      'themes/base/layouts/staff.hbs',
      `<!doctype html><html lang="{{language}}"><body>{{> ui/head}}{{#each menu}}<a href="{{href}}">{{icon icon}}{{label}}</a>{{/each}}<main>{{{body}}}</main></body></html>`,
    );
    const cells =
      '<td><a class="row-link" href="/orders/{{id}}">{{number}}</a></td><td>{{title}}</td><td>{{customer}}</td><td>{{datetime planned}}</td><td>{{icon "truck"}} {{#if done}}{{t "k1"}}{{else}}{{t "k2"}}{{/if}}</td>';
    write(
      'desk/list.hbs',
      `{{> ui/head}}${Array.from({ length: 34 }, (_, i) => `<p>{{t "k${i}"}}</p>`).join('')}{{t "rows" count=25}}{{#> ui/table label=(t "k3")}}{{#each rows}}<tr>${cells}</tr>{{/each}}{{/ui/table}}{{csrf}}`,
    );
    const translator = createTranslator();
    translator.add('desk', join(root, 'texts'));
    const views = createViews({
      themesRoot: join(root, 'themes'),
      coreViews: join(root, 'core'),
      translator,
      assets: { url: (name) => `/assets/${name}` },
      log,
    });
    views.add('desk', join(root, 'desk'));
    const data = {
      rows: Array.from({ length: 25 }, (_, i) => ({
        id: i,
        number: `O-${i}`,
        title: 'Paper jam & more',
        customer: 'Åkeri <Nord>',
        planned: new Date(Date.UTC(2026, 1, i, 8)),
        done: i % 2,
      })),
    };
    const context = { language: 'en', fmt: createFormatter('en', 'Europe/Stockholm'), site: 'staff', theme: 'base', csrf: 'token', held: new Set<string>() };
    const menu = Array.from({ length: 10 }, (_, i) => ({ href: `/m${i}`, icon: 'truck', label: `Menu ${i}` }));
    const page = (): number => views.render('layout/staff', { language: 'en', menu, body: views.render('desk/list', data, context).html }, context).html.length;

    for (let i = 0; i < 500; i++) page();
    const began = process.cpuUsage();
    const rounds = 1000;
    for (let i = 0; i < rounds; i++) page();
    const { user, system } = process.cpuUsage(began);
    const micros = (user + system) / rounds;
    console.log(`      ${Math.round(micros)} µs CPU for ${page()} characters`);
    // The budget is 150 µs on a quiet machine; a busy one may take several times as long.
    expect(micros).to.be.below(600);
  });
});
