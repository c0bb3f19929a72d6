import { expect } from 'chai';
import { LicenseFileError } from '../../../core/license/license-error.js';
import { readLicense } from '../../../core/license/format.js';
import { licenseFile } from '../../support/licenses.js';

const now = new Date('2026-03-01T00:00:00Z');
const file = licenseFile(now);
const second = licenseFile(now, { id: 'OTHER', modules: [{ id: 'portal' }, { id: 'remote' }, { id: 'statistics' }] });

/** The same numbers in every run, so that a failure can be repeated. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
function parts(text: string): { token: string[]; build: (token: string[]) => string } {
  const [begin = '', token = '', end = ''] = text.split('\n');
  return { token: token.split('.'), build: (changed) => [begin, changed.join('.'), end].join('\n') };
}
const base64 = (value: string): string => Buffer.from(value).toString('base64url');

function* mutations(): Generator<string> {
  const random = randomNumbers(20260301);
  const bytes = Buffer.from(file);
  for (let i = 0; i < bytes.length; i += 1) {
    for (const bit of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ (1 << bit);
      yield changed.toString('latin1');
    }
    yield file.slice(0, i);
    if (i > 0) yield file.slice(i);
    yield file.slice(0, i) + file.slice(i + 1);
    yield `${file.slice(0, i)}A${file.slice(i)}`;
  }
  for (let i = 0; i < 1500; i += 1) {
    const [a, b] = [random(bytes.length), random(bytes.length)];
    if (bytes[a] === bytes[b]) continue;
    const swapped = Buffer.from(bytes);
    swapped[a] = bytes[b] ?? 0;
    swapped[b] = bytes[a] ?? 0;
    yield swapped.toString();
  }
  const { token, build } = parts(file);
  const other = parts(second).token;
  const [v = '', kid = '', payload = '', signature = ''] = token;
  const json = Buffer.from(payload, 'base64url').toString();
  const added = ['"staff":9999', '"__proto__":{"staff":1}', '"constructor":1', '"ver":1', '"id":"FS-7Q4M-21KD"', '"alg":"none"', '"exp":7999999999'];
  for (const member of added) {
    yield build([v, kid, base64(json.replace('{', `{${member},`)), signature]);
    yield build([v, kid, base64(json.replace(/\}$/, `,${member}}`)), signature]);
  }
  for (const spelling of [
    JSON.stringify(JSON.parse(json), null, 1),
    `${json} `,
    ` ${json}`,
    `\uFEFF${json}`,
    json.replace('ver', '\\u0076er'),
    json.replace(':1,', ':1.0,'),
    json.toUpperCase(),
  ]) {
    yield build([v, kid, base64(spelling), signature]);
  }
  yield build([v, kid, other[2] ?? '', signature]);
  yield build([v, kid, payload, other[3] ?? '']);
  yield build([v, kid, signature, payload]);
  yield build([v, kid, payload, signature, signature]);
  yield build([v, kid, payload, '']);
  yield build([v, kid, '', signature]);
  yield build(['v1', 'none', payload, signature]);
  yield build(['v2', kid, payload, signature]);
  yield build([v, '../development', payload, signature]);
  for (const padding of ['=', '==', '\n', ' ', '\t', '\u00a0', '\0', '%3D']) {
    yield build([v, kid, payload, signature + padding]);
    yield build([v, kid, payload + padding, signature]);
    yield build([v, kid + padding, payload, signature]);
    yield build([v + padding, kid, payload, signature]);
  }
  yield build([v, kid, Buffer.from(payload, 'base64url').toString('base64'), Buffer.from(signature, 'base64url').toString('base64')]);
  yield build([v, kid, Buffer.from(payload, 'base64url').toString('hex'), signature]);
  // S + L is the same point for a careless verifier.
  yield build([v, kid, payload, addGroupOrder(signature)]);
  for (const glue of ['', '\n', '\n\n', '\r\n', 'comment\n']) {
    yield file + glue + second;
    yield second + glue + file;
    yield file + glue + file;
  }
  yield Buffer.from(file, 'utf16le').toString('latin1');
  yield `${file}\n${'x'.repeat(17 * 1024)}`;
}

function addGroupOrder(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const little = (part: Buffer): bigint => BigInt(`0x${Buffer.from(part).reverse().toString('hex')}`);
  const s = (little(bytes.subarray(32)) + order).toString(16).padStart(64, '0');
  return Buffer.concat([bytes.subarray(0, 32), Buffer.from(s, 'hex').reverse()]).toString('base64url');
}

describe('license files that were touched', () => {
  it('accepts none of more than 5,000 mutated files, and refuses each with a sentence', function () {
    this.timeout(60_000);
    expect(readLicense(file, { production: false }).payload.id).to.equal('FS-7Q4M-21KD');
    let count = 0;
    const accepted: string[] = [];
    const faults = new Map<string, number>();
    for (const mutated of mutations()) {
      if (mutated === file) continue;
      count += 1;
      try {
        readLicense(mutated, { production: false });
        accepted.push(mutated);
      } catch (error) {
        if (!(error instanceof LicenseFileError)) throw error;
        faults.set(error.fault, (faults.get(error.fault) ?? 0) + 1);
      }
    }
    expect(accepted).to.deep.equal([]);
    expect(count).to.be.at.least(5_000);
    expect([...faults.keys()]).to.include.members(['cut', 'changed', 'unknownKey', 'otherVersion', 'tooLarge']);
  });
});
