import type { z } from 'zod';
import type { Actor } from '../access/types.js';
import type { providerInput } from './inputs.js';

/** A sign-in service as its pages see it; the client secret is never told. */
export interface IdentityProvider {
  id: number;
  name: string;
  kind: 'staff' | 'customer';
  issuer: string;
  clientId: string;
  hasSecret: boolean;
  domains: string[];
  owner: string | null;
  trustEmail: boolean;
  secondFactor: boolean;
  passwordOff: boolean;
  createRole: string | null;
  active: boolean;
  /** Accounts that have signed in with it. */
  people: number;
}
/** Checked data of a sign-in service. */
export type IdentityProviderInput = z.output<typeof providerInput>;
/** What a provider answered to the question who it is. */
export interface ProviderTest {
  ok: boolean;
  /** Its own words, or what went wrong. */
  answer: string;
}

/** What a plugin says of the things that may have sign-in services of their own. */
export interface ProviderOwner {
  /** May the actor change the services of this thing? @throws NotFoundError, ForbiddenError */
  assertMayManage(actor: Actor, ownerId: number): Promise<void>;
  /** Does the account belong to this thing and to no other of its kind? Whoever runs its service must not get in elsewhere. */
  isMember(accountId: number, ownerId: number): Promise<boolean>;
}

/** Sign-in services by OpenID Connect. `owner` is a thing such as `customers.customer:12`; null = those of the installation itself, for administrators. */
export interface IdentityProviders {
  /** By name. @throws NotFoundError, ForbiddenError */
  list(actor: Actor, owner: string | null): Promise<IdentityProvider[]>;
  /** @throws NotFoundError for one of another owner */
  get(actor: Actor, owner: string | null, id: number): Promise<IdentityProvider>;
  /** @throws InvalidInputError */
  create(actor: Actor, owner: string | null, input: IdentityProviderInput): Promise<IdentityProvider>;
  /** An empty client secret keeps the stored one. Switching it off signs out those who came by it. @throws InvalidInputError */
  update(actor: Actor, owner: string | null, id: number, input: IdentityProviderInput): Promise<void>;
  /** Its people are signed out; their accounts stay. */
  remove(actor: Actor, owner: string | null, id: number): Promise<void>;
  /** Asks the provider for its description, and tells what it really answered. */
  test(actor: Actor, owner: string | null, id: number): Promise<ProviderTest>;
}
