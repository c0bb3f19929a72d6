import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { outRoot, projectRoot } from '../../core/paths.js';
import { checkManifest, checkVersion } from '../../core/plugin/check.js';
import { discover, pluginFolders } from '../../core/plugin/discovery.js';
import { createTestApp, type TestApp } from '../support/app.js';

const { found, broken } = await discover(pluginFolders([{ code: join(outRoot, 'plugins'), assets: join(projectRoot, 'plugins') }]));
const languages = ['en', 'sv', 'de', 'nl', 'sk'];

describe('contract of every plugin (DX-01, DX-05, PL-01)', function () {
  this.timeout(60_000);
  let t: TestApp;
  let left: Map<string, string[]>;

  before(async () => {
    const files = found.flatMap(({ folder }) => [join(folder.code, 'manifest.js'), join(folder.code, 'index.js')]);
    const permission = Number(process.versions.node.split('.')[0]) >= 24 ? '--permission' : '--experimental-permission';
    const probe = spawnSync(
      process.execPath,
      [permission, '--allow-fs-read=*', '--allow-addons', join(outRoot, 'test/contract/import-probe.js'), join(outRoot, 'core/api.js'), ...files],
      { cwd: projectRoot, encoding: 'utf8' },
    );
    expect(probe.status, probe.stderr).to.equal(0);
    left = new Map((JSON.parse(probe.stdout) as { file: string; left: string[] }[]).map((one) => [one.file, one.left]));
    t = await createTestApp();
  });
  after(() => t.close());

  it('finds plugins, none of them broken, all of them active', () => {
    expect(found.map((one) => one.manifest.id)).to.include.members(['customers', 'desk', 'portal']);
    expect(broken).to.deep.equal([]);
    for (const { id, state, reason } of t.app.host.list()) expect([id, state, reason]).to.deep.equal([id, 'active', null]);
  });

  for (const { manifest, folder } of found) {
    const { id } = manifest;
    describe(id, () => {
      it('importing it does nothing: no timer, handle, listener, global, file or process', () => {
        expect(left.get(join(folder.code, 'manifest.js'))).to.deep.equal([]);
        expect(left.get(join(folder.code, 'index.js'))).to.deep.equal([]);
      });

      it('has a sound manifest that is data only and fits this core', () => {
        expect(checkManifest(manifest, folder.name)).to.equal(null);
        expect(checkVersion(manifest)).to.equal(null);
        expect(JSON.parse(JSON.stringify(manifest))).to.deep.equal(manifest);
        const declared = manifest as Parameters<typeof checkVersion>[0];
        for (const needed of declared.requires ?? []) expect(found.map((one) => one.manifest.id)).to.include(needed);
        for (const { table } of declared.personalData ?? []) expect(table.startsWith(`${id}_`), table).to.equal(true);
      });

      it('explains itself: README.md, and an index.ts that only wires', () => {
        expect(existsSync(join(folder.assets, 'README.md'))).to.equal(true);
        const lines = readFileSync(join(folder.assets, 'index.ts'), 'utf8').trimEnd().split('\n').length;
        expect(lines, 'lines of index.ts').to.be.at.most(40);
      });

      it('has a text for its name, permissions, settings, events and messages in five languages', () => {
        const keys = [
          'plugin.name',
          'plugin.description',
          ...Object.keys(manifest.permissions ?? {}).flatMap((one) => [`permission.${one}`, `permission.${one}.help`]),
          ...Object.keys(manifest.settings ?? {}).flatMap((one) => [`setting.${one}`, `setting.${one}.help`]),
          ...Object.keys(manifest.events ?? {}).map((one) => `event.${one}`),
          ...Object.entries(manifest.templates ?? {}).flatMap(([one, decl]) => [
            `mail.${one}.subject`,
            `mail.${one}.text`,
            ...(decl.action ? [`mail.${one}.action`] : []),
          ]),
        ];
        const missing = languages.flatMap((language) =>
          keys.filter((key) => !t.app.translator.has(language, `${id}:${key}`)).map((key) => `${language} ${key}`),
        );
        expect(missing).to.deep.equal([]);
      });

      it('has the same texts in all languages', () => {
        const folderOf = join(folder.assets, 'locales');
        const texts = (language: string) =>
          Object.keys(JSON.parse(readFileSync(join(folderOf, `${language}.json`), 'utf8')) as object).map((key) =>
            key.replace(/_(zero|one|two|few|many|other)$/, ''),
          );
        expect(readdirSync(folderOf).sort()).to.deep.equal(languages.map((one) => `${one}.json`).sort());
        const english = [...new Set(texts('en'))].sort();
        for (const language of languages) expect([...new Set(texts(language))].sort(), language).to.deep.equal(english);
      });

      it('guards each of its routes, unless its address is a secret; what writes names what it does', () => {
        for (const { method, path, guard } of t.app.slots.routes.filter((route) => route.plugin === id)) {
          if (guard.open) expect(path, `${method} ${path} is open to everybody`).to.match(/\/:token\b/);
          if (method !== 'get') expect(guard.access, `${method} ${path}`).not.to.equal('read');
        }
      });
    });
  }
});
