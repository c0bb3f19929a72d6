import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createTranslator } from '../../../core/views/translator.js';

describe('translator', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'portico-texts-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  function folder(name: string, texts: Record<string, Record<string, string>>): string {
    const path = join(root, name);
    mkdirSync(path);
    for (const [language, content] of Object.entries(texts)) writeFileSync(join(path, `${language}.json`), JSON.stringify(content));
    return path;
  }

  it('counts in Slovak: 1 požiadavka, 3 požiadavky, 7 požiadaviek', () => {
    const texts = createTranslator();
    texts.add(
      'desk',
      folder('desk', {
        en: { requests_one: '{{count}} request', requests_other: '{{count}} requests' },
        sk: {
          requests_one: '{{count}} požiadavka',
          requests_few: '{{count}} požiadavky',
          requests_many: '{{count}} požiadavky',
          requests_other: '{{count}} požiadaviek',
        },
      }),
    );
    const sk = (count: number): string => texts.t('sk', 'desk:requests', { count });
    expect([sk(1), sk(3), sk(7), sk(0)]).to.deep.equal(['1 požiadavka', '3 požiadavky', '7 požiadaviek', '0 požiadaviek']);
    expect(texts.t('en', 'desk:requests', { count: 1 })).to.equal('1 request');
    expect(texts.t('sv', 'desk:requests', { count: 2 })).to.equal('2 requests');
    expect(texts.has('sk', 'desk:requests')).to.equal(true);
  });

  it('falls back to the core, then to English, then to the key, and reports what is missing once', () => {
    const missing: string[] = [];
    const texts = createTranslator((language, key) => missing.push(`${language} ${key}`));
    texts.add('core', folder('core', { en: { save: 'Save', only: 'Only English' }, sv: { save: 'Spara' } }));
    texts.add('desk', folder('desk', { en: { title: 'Orders' }, sv: { title: 'Order' } }));
    expect(texts.t('sv', 'desk:title')).to.equal('Order');
    expect(texts.t('sv', 'desk:save')).to.equal('Spara');
    expect(texts.t('sv', 'desk:only')).to.equal('Only English');
    expect(texts.t('sv-FI', 'core:save')).to.equal('Spara');
    expect(texts.t('xx', 'core:save')).to.equal('Save');
    expect(missing).to.deep.equal([]);
    expect(texts.t('sv', 'desk:nothing.here')).to.equal('nothing.here');
    texts.t('sv', 'desk:nothing.here');
    expect(missing).to.deep.equal(['sv desk:nothing.here']);
  });

  it('never reads variables out of the values of variables', () => {
    const texts = createTranslator();
    texts.add('core', folder('core', { en: { hello: 'Hello {{name}}', secret: 'secret' } }));
    expect(texts.t('en', 'core:hello', { name: '{{secret}} $t(core:secret)' })).to.equal('Hello {{secret}} $t(core:secret)');
  });

  it('merges the texts of several folders in one namespace and takes them out again', () => {
    const texts = createTranslator();
    texts.add('core', folder('a', { en: { one: 'One' } }));
    const remove = texts.add('core', folder('b', { en: { two: 'Two', one: 'Uno' } }));
    expect([texts.t('en', 'core:one'), texts.t('en', 'core:two')]).to.deep.equal(['Uno', 'Two']);
    remove();
    expect([texts.t('en', 'core:one'), texts.t('en', 'core:two')]).to.deep.equal(['One', 'two']);
  });

  it('costs next to nothing for texts without variables', () => {
    const texts = createTranslator();
    texts.add('core', folder('core', { en: { save: 'Save' } }));
    texts.t('en', 'core:save');
    const began = process.cpuUsage();
    for (let i = 0; i < 1_000_000; i++) texts.t('en', 'core:save');
    const { user } = process.cpuUsage(began);
    // Budget 0.3 µs each; three times as much is allowed for a busy machine.
    expect(user / 1_000_000).to.be.below(0.9);
  });
});
