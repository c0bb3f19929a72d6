import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { Database } from '../../database/types.js';
import type { Clock, Urls } from '../../tokens.js';
import { secretHash } from '../secrets.js';
import type { Account } from '../types.js';
import type { ChallengeStore } from './challenges.js';
import { Factors, type FactorRow } from './models.js';

export interface PasskeyDeps {
  db: Database;
  clock: Clock;
  urls: Urls;
  challenges: ChallengeStore;
  issuer(): string;
}
/** What a browser sends; the library looks at the rest. */
const answer = z.looseObject({ id: z.string().min(1).max(1400), response: z.looseObject({}) });

/** Passkeys (WebAuthn): several per account, bound to the address of the site. */
export class PasskeyFactor {
  constructor(private readonly deps: PasskeyDeps) {}

  /** What the browser needs to make a passkey, as JSON. */
  async creation(owner: string, account: Account, site: string): Promise<string> {
    const { rpID } = this.#party(site);
    const options = await generateRegistrationOptions({
      rpName: this.deps.issuer(),
      rpID,
      userID: Uint8Array.from(Buffer.from(handleOf(account.id))),
      userName: account.email,
      userDisplayName: account.name,
      excludeCredentials: (await this.#of(account.id)).map(toDescriptor),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    });
    await this.deps.challenges.put(owner, 'passkey', options.challenge);
    return JSON.stringify(options);
  }

  /** Adds the passkey that the browser made. False when it is not an answer to what was asked. */
  async add(owner: string, account: Account, site: string, response: unknown, name: string): Promise<boolean> {
    const { db, clock } = this.deps;
    const registered = await this.#verify(owner, response, async (parsed, expectedChallenge) => {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: parsed as unknown as RegistrationResponseJSON,
        expectedChallenge,
        ...this.#expected(site),
        requireUserVerification: false,
      });
      return verified ? registrationInfo : null;
    });
    if (!registered) return false;
    const { credential } = registered;
    await db.of(Factors).create({
      account_id: account.id,
      kind: 'passkey',
      name,
      secret: Buffer.from(credential.publicKey).toString('base64url'),
      credential_id: credential.id,
      credential_hash: secretHash(credential.id),
      transports: credential.transports?.join(',').slice(0, 200) ?? null,
      counter: credential.counter,
      created_at: clock.now(),
    });
    return true;
  }

  /** What the browser needs to use a passkey, as JSON; without an account: any that it keeps for this site. */
  async request(owner: string, site: string, accountId: number | null): Promise<string> {
    const options = await generateAuthenticationOptions({
      rpID: this.#party(site).rpID,
      allowCredentials: accountId === null ? [] : (await this.#of(accountId)).map(toDescriptor),
      userVerification: accountId === null ? 'required' : 'preferred',
    });
    await this.deps.challenges.put(owner, 'passkey', options.challenge);
    return JSON.stringify(options);
  }

  /** The account whose passkey answered, or null. `accountId` = it must be this one's; otherwise the person must have been verified by the device. */
  async check(owner: string, site: string, accountId: number | null, response: unknown): Promise<number | null> {
    const { db, clock } = this.deps;
    return this.#verify(owner, response, async (parsed, expectedChallenge) => {
      const row = await db.of(Factors).findOne({ where: { kind: 'passkey', credential_hash: secretHash(parsed.id) } });
      if (row === null || (accountId !== null && row.account_id !== accountId)) return null;
      const counter = Number(row.counter);
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: parsed as unknown as AuthenticationResponseJSON,
        expectedChallenge,
        ...this.#expected(site),
        credential: { id: parsed.id, publicKey: Uint8Array.from(Buffer.from(row.secret ?? '', 'base64url')), counter },
        requireUserVerification: accountId === null,
      });
      if (!verified) return null;
      // The counter must not have moved meanwhile: a copy of the key would be used beside it.
      const values = [authenticationInfo.newCounter, clock.now(), row.id, counter];
      const { changes } = await db.run('UPDATE core_factors SET counter = ?, last_used_at = ? WHERE id = ? AND counter = ?', values);
      return changes === 1 ? row.account_id : null;
    });
  }

  /** What is malformed, forged, late or of another site fails alike. */
  async #verify<T>(owner: string, response: unknown, work: (parsed: z.output<typeof answer>, challenge: string) => Promise<T | null>): Promise<T | null> {
    const challenge = await this.deps.challenges.take(owner, 'passkey');
    if (challenge === null || typeof response !== 'string' || response.length > 100_000) return null;
    let parsed: z.output<typeof answer>;
    try {
      parsed = answer.parse(JSON.parse(response));
    } catch {
      return null;
    }
    try {
      return await work(parsed, challenge);
    } catch (error) {
      if (error instanceof Error && error.name.startsWith('Sequelize')) throw error;
      return null;
    }
  }

  #of(accountId: number): Promise<FactorRow[]> {
    return this.deps.db.of(Factors).findAll({ where: { account_id: accountId, kind: 'passkey' }, order: ['id'] });
  }

  #party(site: string): { rpID: string; origin: string } {
    const { hostname, origin } = new URL(this.deps.urls.to(site, '/'));
    return { rpID: hostname, origin };
  }

  #expected(site: string): { expectedRPID: string; expectedOrigin: string } {
    const { rpID, origin } = this.#party(site);
    return { expectedRPID: rpID, expectedOrigin: origin };
  }
}

const handleOf = (accountId: number): string => `portico-${accountId}`;
const toDescriptor = (row: FactorRow) => ({ id: row.credential_id ?? '', transports: row.transports?.split(',') });
