import 'reflect-metadata';
import { expect } from 'chai';
import { checkBoundaries } from '../../scripts/check-boundaries.js';
import { deadExports } from '../../scripts/check-exports.js';
import { checkFiles } from '../../scripts/check-files.js';
import { importsOf } from '../../scripts/check-source.js';

const file = (path: string, text: string): { path: string; text: string } => ({ path, text });

describe('npm run check', () => {
  it('reads every form of import', () => {
    const text = `import a, { b as c, type D } from './x.js';\nimport type { E } from '../y.js';\nexport * from './z.js';\nimport 'package';\nconst m = import('./w.js');\ntype T = import('./v.js').V;`;
    expect(importsOf(file('core/a/b.ts', text))).to.deep.equal([
      { target: 'core/a/x.ts', names: ['default', 'b', 'D'], typeOnly: false },
      { target: 'core/y.ts', names: ['E'], typeOnly: true },
      { target: 'core/a/z.ts', names: ['*'], typeOnly: false },
      { target: 'package', names: [], typeOnly: false },
      { target: 'core/a/w.ts', names: ['*'], typeOnly: false },
      { target: 'core/a/v.ts', names: ['V'], typeOnly: true },
    ]);
  });

  const wrong: [what: string, path: string, text: string][] = [
    ['the core that imports a plugin', 'core/app.ts', `import { x } from '../plugins/desk/api.js';`],
    ['a plugin that reaches into the core', 'plugins/desk/a.ts', `import type { Db } from '../../core/database/types.js';`],
    ['a plugin that reaches into another', 'plugins/desk/a.ts', `import { x } from '../customers/tables.js';`],
    ['a plugin that uses one it does not require', 'plugins/customers/a.ts', `import { x } from '../desk/api.js';`],
    ['a license that needs the database', 'core/license/a.ts', `import { open } from '../database/open.js';`],
    ['a theme with code', 'themes/base/a.ts', `import 'fs';`],
  ];
  for (const [what, path, text] of wrong) {
    it(`refuses ${what}`, async () => {
      expect(await checkBoundaries([file(path, text)])).to.have.length(1);
    });
  }

  it('lets a plugin use the contract and what it requires', async () => {
    const text = `import { z } from '../../core/api.js';\nimport { x } from '../customers/api.js';\nimport { y } from './tables.js';`;
    expect(await checkBoundaries([file('plugins/desk/a.ts', text)])).to.deep.equal([]);
  });

  it('finds exports that nobody imports, and leaves types that other exports speak of', () => {
    const source = file(
      'core/a.ts',
      `export const used = 1;\nexport function unused() {}\nexport interface Told {}\nexport function tell(): Told { return {}; }`,
    );
    expect(deadExports([source], [source, file('core/b.ts', `import { used, tell } from './a.js';`)])).to.deep.equal([
      'core/a.ts exports unused, which nobody imports',
    ]);
  });

  it('holds files to their sizes', () => {
    const lines = (count: number): string => 'x\n'.repeat(count);
    expect(checkFiles([file('core/a.ts', lines(10)), file('plugins/x/index.ts', lines(41)), file('core/b.ts', lines(401))]).problems).to.have.length(3);
    expect(checkFiles([file('core/a.ts', lines(80))])).to.deep.equal({ sizes: { files: 1, median: 80, p90: 80, max: 80 }, problems: [] });
  });
});
