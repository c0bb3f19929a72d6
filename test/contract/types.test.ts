import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../core/paths.js';

const folder = join(projectRoot, 'test/fixtures/types');

describe('the contract is checked by the compiler (DX-01, DX-03)', function () {
  this.timeout(120_000);

  it('a plugin with unknown settings, permissions, events, views or unguarded routes does not compile; its correct twin does', () => {
    const tsc = spawnSync(process.execPath, [join(projectRoot, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    const errors = new Set<string>();
    for (const [, file, line] of (tsc.stdout + tsc.stderr).matchAll(/^(test\/fixtures\/types\/\S+?)\((\d+),\d+\): error/gm)) errors.add(`${file}:${line}`);
    const expected = readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) =>
        readFileSync(join(folder, name), 'utf8')
          .split('\n')
          .flatMap((text, at) => (text.includes('// error: ') ? [`test/fixtures/types/${name}:${at + 1}`] : [])),
      );
    expect(expected).to.have.length.greaterThan(12);
    expect([...errors].sort(), tsc.stdout).to.deep.equal(expected.sort());
  });
});
