import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { licenseKeys, type LicenseKey } from '../../config/license-keys.js';
import { LicenseFileError } from './license-error.js';
import { licensePayload, type LicensePayload } from './payload.js';

/*
 * portico-license/1: BEGIN line, one line `v1.<kid>.<payload>.<signature>`, END line; text outside is a comment.
 * The payload is compact JSON in base64url. There is no algorithm field: nothing in the file chooses how it is verified.
 */
const BEGIN = '-----BEGIN PORTICO LICENSE-----';
const END = '-----END PORTICO LICENSE-----';
export const MAX_LICENSE_BYTES = 16 * 1024;

/** A file whose signature holds. Whether it may replace the one in force is asked in `admission.ts`. */
export interface VerifiedLicense {
  text: string;
  kid: string;
  payload: LicensePayload;
  /** Signed with the development key. */
  development: boolean;
  /** Signed with a key that the vendor has withdrawn. */
  keyRevoked: boolean;
}
export interface SigningKey {
  kid: string;
  /** Ed25519 private key, 32 bytes in base64url. */
  privateKey: string;
  publicKey: string;
}

/** Reads a license file: nothing of its content is looked at before the signature holds. @throws LicenseFileError */
export function readLicense(text: string, options: { keys?: readonly LicenseKey[]; production: boolean }): VerifiedLicense {
  if (Buffer.byteLength(text) > MAX_LICENSE_BYTES) throw new LicenseFileError('tooLarge', { max: MAX_LICENSE_BYTES / 1024 });
  const [version, kid, payload, signature, ...rest] = tokenOf(text).split('.');
  if (version !== undefined && /^v\d+$/.test(version) && version !== 'v1') throw new LicenseFileError('otherVersion', { version: version.slice(1, 9) });
  if (version === undefined || kid === undefined || payload === undefined || signature === undefined) throw new LicenseFileError('cut');
  if (version !== 'v1' || rest.length > 0 || !/^[a-z0-9-]{1,40}$/.test(kid)) throw new LicenseFileError('changed');
  const key = (options.keys ?? licenseKeys).find((candidate) => candidate.kid === kid);
  if (!key) throw new LicenseFileError('unknownKey', { kid });

  const signatureBytes = decode(signature);
  if (signatureBytes.length !== 64) throw new LicenseFileError(signatureBytes.length < 64 ? 'cut' : 'changed');
  const payloadBytes = decode(payload);
  if (!verify(null, signedBytes(kid, payloadBytes), publicKeyOf(key.publicKey), signatureBytes)) throw new LicenseFileError('changed');
  if (key.development && options.production) throw new LicenseFileError('developmentKey');
  return { text, kid, payload: parse(payloadBytes), development: key.development === true, keyRevoked: key.revoked === true };
}

/** Signs a license. @throws ZodError if the payload does not fit the schema */
export function writeLicense(payload: LicensePayload, key: SigningKey, comment = ''): string {
  const bytes = Buffer.from(JSON.stringify(licensePayload.parse(payload)));
  const privateKey = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d: key.privateKey, x: key.publicKey }, format: 'jwk' });
  const signature = sign(null, signedBytes(key.kid, bytes), privateKey);
  const head = comment === '' ? '' : `${comment}\n`;
  return `${head}${BEGIN}\nv1.${key.kid}.${bytes.toString('base64url')}.${signature.toString('base64url')}\n${END}`;
}

export function createSigningKey(kid: string): SigningKey {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (d === undefined || x === undefined) throw new Error('No Ed25519 key could be made.');
  return { kid, privateKey: d, publicKey: x };
}

/** The one line between BEGIN and END. Exactly one of each, nothing else between them. */
function tokenOf(text: string): string {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const start = lines.indexOf(BEGIN);
  if (start === -1) {
    const other = /-----BEGIN ([A-Z0-9 ]{1,60})-----/.exec(text)?.[1];
    if (other !== undefined && other !== 'PORTICO LICENSE') throw new LicenseFileError('otherProduct', { product: other });
    throw new LicenseFileError(text.includes('PORTICO LICENSE') ? 'cut' : 'notOne');
  }
  const end = lines.indexOf(END);
  if (end === -1 || end < start) throw new LicenseFileError('cut');
  const token = lines[start + 1];
  if (end !== start + 2 || token === undefined || lines.includes(BEGIN, start + 1) || lines.includes(END, end + 1)) throw new LicenseFileError('changed');
  return token;
}

/** Strict base64url: what does not encode back to the very same characters was touched. */
function decode(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new LicenseFileError('changed');
  return bytes;
}

function signedBytes(kid: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`PORTICO-LICENSE-V1\0${kid}\0`), payload]);
}

function publicKeyOf(x: string) {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

function parse(bytes: Buffer): LicensePayload {
  let json: string;
  let value: unknown;
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(json);
  } catch {
    throw new LicenseFileError('unreadable');
  }
  // Only the compact form comes back identical: a key written twice, white space or another spelling of a number does not.
  if (JSON.stringify(value) !== json) throw new LicenseFileError('unreadable');
  if (typeof value === 'object' && value !== null && 'ver' in value && value.ver !== 1)
    throw new LicenseFileError('otherVersion', { version: String(value.ver).slice(0, 8) });
  const result = licensePayload.safeParse(value);
  if (!result.success) throw new LicenseFileError('unreadable');
  return result.data;
}
