import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { projectRoot } from '../../core/paths.js';

describe('the project', () => {
  const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;

  it('PL-07 keeps the fixed choices and the top level', () => {
    expect(dependencies).to.include.all.keys(['express', 'socket.io', 'sequelize', 'mysql2', 'handlebars', 'tsyringe', 'twilio', 'nodemailer', 'ws']);
    expect(devDependencies).to.include.all.keys(['typescript', 'mocha', 'chai', 'sinon']);
    const made = new Set(['node_modules', 'dist', 'data', 'data-demo', 'package-lock.json']);
    const top = readdirSync(projectRoot).filter((name) => !name.startsWith('.') && !made.has(name) && !name.startsWith('backup-'));
    expect(top.sort()).to.deep.equal(['README.md', 'config', 'core', 'package.json', 'plugins', 'scripts', 'test', 'themes', 'tsconfig.json']);
  });

  it('pins every dependency, and its lock file names no registry', () => {
    for (const version of Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })) expect(version).to.match(/^\d+\.\d+\.\d+/);
    expect(read('package-lock.json')).not.to.contain('"resolved"');
  });
});
