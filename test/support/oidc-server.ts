import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Provider, { type Configuration } from 'oidc-provider';
import { freePort } from './ports.js';

/** A person who is signed in at the provider, and what it says of them. */
export interface Somebody {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

/** A real OpenID provider on loopback. Whoever arrives is `person`; nobody types anything. */
export async function startOidcServer(redirects: readonly string[]) {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const people = new Map<string, Somebody>();
  const state: { person: Somebody | null; requests: number } = { person: null, requests: 0 };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const configuration: Configuration = {
    clients: [
      {
        client_id: 'portico',
        client_secret: 'canary-client-secret',
        redirect_uris: [...redirects],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig', alg: 'RS256' } as never] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Interaction: 300, Session: 300, Grant: 300 },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...people.get(sub), sub }) }),
  };
  const provider = new Provider(issuer, configuration);
  const handle = provider.callback();

  async function interact(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(req, res);
    const { person } = state;
    if (person === null) return provider.interactionFinished(req, res, { error: 'access_denied', error_description: 'The person said no' });
    people.set(person.sub, person);
    if (prompt.name === 'login') return provider.interactionFinished(req, res, { login: { accountId: person.sub } }, { mergeWithLastSubmission: false });
    const grant = new provider.Grant({ accountId: session?.accountId ?? person.sub, clientId: String(params['client_id']) });
    grant.addOIDCScope('openid email profile');
    return provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
  }
  const server = createServer((req, res) => {
    state.requests += 1;
    if (req.url?.startsWith('/interaction/')) interact(req, res).catch((error: unknown) => res.writeHead(500).end(String(error)));
    else void handle(req, res);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  return {
    issuer,
    state,
    client: { client_id: 'portico', client_secret: 'canary-client-secret' },
    /** What a browser does at the provider, with its cookies: the address with which it comes back. */
    async authorize(start: string): Promise<string> {
      const jar = new Map<string, string>();
      let at = start;
      for (let step = 0; at.startsWith(issuer); step += 1) {
        if (step > 12) throw new Error(`the provider goes round in circles at ${at}`);
        const answer = await fetch(at, { redirect: 'manual', headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') } });
        for (const line of answer.headers.getSetCookie()) {
          const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
          jar.set(name, value);
        }
        const next = answer.headers.get('location');
        if (next === null) throw new Error(`the provider answers ${answer.status}: ${(await answer.text()).slice(0, 400)}`);
        at = new URL(next, at).href;
      }
      return at;
    },
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
