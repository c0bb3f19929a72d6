import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { ConfigError, loadConfig, type Config } from '../../../config/index.js';
import { variableNames } from '../../../config/environment.js';
import { projectRoot } from '../../../core/paths.js';

describe('Configuration', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'portico-config-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const load = (yaml: string, env: NodeJS.ProcessEnv = {}): Config => {
    const file = join(folder, 'portico.yaml');
    writeFileSync(file, yaml);
    return loadConfig({ env, file });
  };
  const problems = (yaml: string, env: NodeJS.ProcessEnv = {}): string[] => {
    try {
      load(yaml, env);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  it('needs nothing: SQLite, staff on 8080, loopback, the portal where the setting says', () => {
    const config = load('');
    expect(config).to.deep.equal({
      dataDir: join(projectRoot, 'data'),
      database: { url: 'sqlite:portico.sqlite' },
      redis: { url: null },
      sites: { staff: { port: 8080, host: '127.0.0.1', baseUrl: null, tls: null }, portal: { port: null, host: '127.0.0.1', baseUrl: null, tls: null } },
      trustedProxies: [],
      mail: { url: null },
      sms: { url: null },
      outgoing: { allow: [] },
      log: { level: 'info' },
      safeMode: false,
      production: false,
    });
  });

  it('lets the environment override the file, key by key', () => {
    const config = load('sites: { staff: { port: 9000, host: 0.0.0.0 } }\nlog: { level: warn }', {
      PORTICO_STAFF_PORT: '9001',
      PORTICO_PORTAL_PORT: '49200',
      PORTICO_TRUSTED_PROXIES: 'loopback, 10.0.0.0/8',
      PORTICO_SAFE_MODE: '1',
      PORTICO_STAFF_TLS_CERT: '/c.pem',
      PORTICO_STAFF_TLS_KEY: '/k.pem',
      PORTICO_LOG_LEVEL: '',
      NODE_ENV: 'production',
      PORTICO_TEST_DATABASE: 'mysql',
    });
    expect(config.sites.staff).to.deep.equal({ port: 9001, host: '0.0.0.0', baseUrl: null, tls: { cert: '/c.pem', key: '/k.pem' } });
    expect(config.sites.portal.port).to.equal(49200);
    expect(config.trustedProxies).to.deep.equal(['loopback', '10.0.0.0/8']);
    expect([config.safeMode, config.production, config.log.level]).to.deep.equal([true, true, 'warn']);
  });

  it('reads secrets from files', () => {
    const file = join(folder, 'secret');
    writeFileSync(file, 'mysql://u:p@db/portico\n');
    expect(load('', { PORTICO_DATABASE_URL_FILE: file }).database.url).to.equal('mysql://u:p@db/portico');
    expect(problems('', { PORTICO_MAIL_URL_FILE: join(folder, 'none') })).to.deep.equal(['PORTICO_MAIL_URL_FILE: names a file that cannot be read']);
    expect(problems('', { PORTICO_DATABASE_URL_FILE: file, PORTICO_DATABASE_URL: 'mysql://x:y@z/w' })[0]).to.match(/together with PORTICO_DATABASE_URL/);
  });

  it('lists all errors at once, by key and without values', () => {
    const found = problems(
      'sites: { staff: { port: 70000, baseUrl: "ftp://hunter2" }, portal: { tls: { cert: a } } }\ndatabase: { url: "postgres://u:hunter2@db" }\nlog: { level: hunter2 }',
      {
        PORTICO_PORTAL_PORT: 'hunter2',
        PORTICO_MAIL_URL: 'hunter2',
      },
    );
    expect(found.map((line) => line.split(':')[0])).to.have.members([
      'sites.staff.port',
      'sites.staff.baseUrl',
      'sites.portal.tls.key',
      'database.url',
      'log.level',
      'PORTICO_PORTAL_PORT (sites.portal.port)',
      'PORTICO_MAIL_URL (mail.url)',
    ]);
    expect(found.join('\n')).not.to.contain('hunter2');
    expect(new ConfigError(found).message).to.match(/^The configuration has 7 problems:\n {2}- /);
  });

  it('refuses unknown keys and variables and says what was meant', () => {
    expect(
      problems('datadir: x\nsites: { staf: {}, staff: { prot: 1 } }\nproduction: true', { PORTICO_STAF_PORT: '1', PORTICO_QUITE_ELSE: '1' }),
    ).to.have.members([
      'datadir: is not known; did you mean dataDir?',
      'sites.staf: is not known; did you mean sites.staff?',
      'sites.staff.prot: is not known; did you mean sites.staff.port?',
      'production: is set by NODE_ENV=production, not in the file',
      'PORTICO_STAF_PORT: is not known; did you mean PORTICO_STAFF_PORT?',
      'PORTICO_QUITE_ELSE: is not known',
    ]);
  });

  it('says where YAML is broken without quoting it', () => {
    const found = problems('log:\n  level: info\nmail: { url: "hunter2');
    expect(found.join())
      .to.match(/line 3 is not valid YAML/)
      .and.not.contain('hunter2');
    expect(problems('- a\n- b').join()).to.match(/must hold keys and values/);
    expect(() => loadConfig({ env: { PORTICO_CONFIG: join(folder, 'none.yaml') } })).to.throw(ConfigError, /there is no file/);
  });

  it('cannot be changed after loading', () => {
    const config = load('');
    expect(() => Object.assign(config.sites.staff, { port: 1 })).to.throw(TypeError);
    expect(() => (config.trustedProxies as string[]).push('x')).to.throw(TypeError);
  });

  it('has an example that shows exactly the defaults, and every variable', () => {
    const text = readFileSync(join(projectRoot, 'config/portico.example.yaml'), 'utf8');
    expect(load(text)).to.deep.equal(load(''));
    const { production: _, ...defaults } = load('');
    expect(parse(text)).to.deep.equal({ ...defaults, dataDir: 'data', database: { url: '' } });
    for (const name of variableNames) expect(text).to.contain(name);
  });
});
