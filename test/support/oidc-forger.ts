import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type TokenClaims = Record<string, unknown>;
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A provider that answers every code with an ID token of the test's making, to see what is refused. */
export async function startForger() {
  const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [own, foreign] = [pair(), pair()];
  const state = { claims: {} as TokenClaims, foreignKey: false, unsigned: false, discovery: {} as TokenClaims, status: 200, location: '' };
  const server = createServer((req, res) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const send = (body: object): void =>
      void res.writeHead(state.status, { 'content-type': 'application/json', ...(state.location && { location: state.location }) }).end(JSON.stringify(body));
    if (req.url?.includes('openid-configuration'))
      return send({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        ...state.discovery,
      });
    if (req.url === '/jwks') return send({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: '1', alg: 'RS256', use: 'sig' }] });
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: issuer, aud: 'portico', sub: 'forged', iat: now, exp: now + 300, email: 'forged@staff.test', email_verified: true, ...state.claims };
    const content = `${encode({ alg: state.unsigned ? 'none' : 'RS256', kid: '1' })}.${encode(payload)}`;
    const signature = state.unsigned
      ? ''
      : createSign('RSA-SHA256')
          .update(content)
          .sign((state.foreignKey ? foreign : own).privateKey, 'base64url');
    send({ access_token: 'a', token_type: 'Bearer', expires_in: 300, id_token: `${content}.${signature}` });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
