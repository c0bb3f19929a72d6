import { expect } from 'chai';
import { join } from 'node:path';
import { outRoot, projectRoot } from '../../../core/paths.js';
import { createTestApp, type TestApp } from '../../support/app.js';

const folder = 'test/fixtures/plugins/broken';

/** Folder by folder the sentence that the modules page shows. */
const sentences: Record<string, string> = {
  'no-manifest': 'The folder no-manifest holds no manifest.js that exports “manifest”. Install the module again.',
  'manifest-throws': 'The manifest of manifest-throws cannot be read: no such table',
  'wrong-shape': 'The manifest of wrong-shape is wrong at “version”.',
  'other-id': 'The folder other-id holds a module that calls itself somebody-else. Rename the folder.',
  customers: 'The module customers is installed twice. Remove one of them.',
  'future-core': 'Needs core ^9.0.0, but this is core 1.0.0. Install a version of the module that fits.',
  'needs-missing': 'Needs the module nowhere, which is not installed.',
  'ring-a': 'These modules need each other in a circle: ring-a → ring-b → ring-c → ring-a.',
  'ring-b': 'These modules need each other in a circle: ring-a → ring-b → ring-c → ring-a.',
  'ring-c': 'These modules need each other in a circle: ring-a → ring-b → ring-c → ring-a.',
  'no-index': 'Did not start: plugins/no-index has no index.js',
  'no-plugin': 'Did not start: plugins/no-plugin/index.js does not export definePlugin(...) as its default',
  'import-throws': 'Did not start: cannot find the printer',
  'register-throws': 'Did not start: the store is closed',
  'no-guard': 'Did not start: GET /no-guard of plugin no-guard has no guard',
  'no-access-class': 'Did not start: POST /no-access-class of plugin no-access-class writes but its guard names no access class',
  'path-taken': 'Did not start: GET /customers is already a page of plugin customers',
  'first-word': 'Did not start: /:anything of plugin first-word: the first part of a path must be a word',
  'start-throws': 'Did not start: the broker does not answer',
};

describe('a plugin that is broken, each in its own way (KO-03, PL-06)', function () {
  this.timeout(30_000);
  let t: TestApp;
  let sound: TestApp['app']['slots']['routes'];
  let counts: number[];
  const measure = ({ app }: TestApp): number[] => [app.slots.routes.length, app.contributions.size, app.events.size];

  before(async () => {
    const alone = await createTestApp();
    sound = alone.app.slots.routes;
    counts = measure(alone);
    await alone.close();
    t = await createTestApp({ pluginRoots: [{ code: join(outRoot, folder), assets: join(projectRoot, folder) }] });
  });
  after(() => t.close());

  for (const [id, sentence] of Object.entries(sentences)) {
    it(`${id}: “${sentence}”`, () => {
      const { host, translator } = t.app;
      const reason = host.broken().find((one) => one.folder === id)?.reason ?? host.list().find((one) => one.id === id)?.reason;
      expect(reason && translator.t('en', reason.key, reason.vars)).to.equal(sentence);
      for (const language of translator.languages) expect(translator.t(language, reason!.key, reason!.vars), language).not.to.equal(reason!.key);
    });
  }

  it('changes nothing for the others: same routes, menu, listeners, and the pages answer', async () => {
    expect(measure(t)).to.deep.equal(counts);
    const paths = (routes: typeof sound) => routes.map((r) => `${r.site} ${r.method} ${r.path} ${r.plugin}`).sort();
    expect(paths(t.app.slots.routes)).to.deep.equal(paths(sound));
    const client = await t.client('staff', await t.make.staff('administrator'));
    for (const path of ['/', '/customers', '/orders', '/settings/health', '/settings/modules']) expect((await client.get(path)).status, path).to.equal(200);
    for (const path of ['/path-taken', '/start-throws', '/no-guard']) expect((await client.get(path)).status, path).to.equal(404);
  });

  it('is shown to the administrator with its sentence', async () => {
    const client = await t.client('staff', await t.make.staff('administrator'));
    const page = (await client.get('/settings/modules')).text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'");
    for (const id of ['no-manifest', 'wrong-shape', 'needs-missing', 'register-throws']) expect(page, id).to.include(sentences[id]);
  });
});
