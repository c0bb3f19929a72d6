import { lookup, type LookupAddress } from 'node:dns';
import { lookup as resolveName } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Outgoing } from './types.js';

/** Private, local, reserved, and IPv6 that only wraps IPv4. */
const inside = listOf([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4', '::/127', '::ffff:0:0/96', '64:ff9b::/96', '2002::/16', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
]);

/**
 * Which machines may be connected to: public ones, by TLS only, and what the operator permits besides (`allow`: addresses, networks, `loopback`),
 * also without TLS.
 */
export class AddressGuard implements Outgoing {
  readonly #allowed: Networks;

  constructor(allow: readonly string[]) {
    this.#allowed = listOf(allow.flatMap((entry) => (entry === 'loopback' ? ['127.0.0.0/8', '::1/128'] : [entry])));
  }

  /** @throws Error with what is wrong with the address */
  assertMay(address: string, secure: boolean, plain = 'The address must begin with https://'): void {
    if (has(this.#allowed, address)) return;
    if (has(inside, address)) throw new Error(`${address} is a private address, which the configuration does not allow (outgoing.allow)`);
    if (!secure) throw new Error(plain);
  }

  async resolve(host: string, secure: boolean): Promise<string> {
    const name = host.replace(/^\[|\]$/g, '');
    const addresses = isIP(name) ? [{ address: name }] : await resolveName(name, { all: true });
    for (const { address } of addresses) this.assertMay(address, secure, 'Without TLS the password would be readable on its way');
    return addresses[0]!.address;
  }

  /** Resolves a name once, for the very connection that asks. */
  lookup(secure: boolean): LookupFunction {
    return (name, options, done) =>
      lookup(name, { ...options, all: true }, (error, addresses) => {
        try {
          if (error) throw error;
          for (const { address } of addresses) this.assertMay(address, secure);
          const [first] = addresses as [LookupAddress];
          if (options.all) done(null, addresses);
          else done(null, first.address, first.family);
        } catch (refused) {
          done(refused as NodeJS.ErrnoException, '', 0);
        }
      });
  }
}

/** Kept apart by family: one list would also take IPv4 addresses for their IPv6 form. */
interface Networks {
  ipv4: BlockList;
  ipv6: BlockList;
}
function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function listOf(networks: readonly string[]): Networks {
  const list = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of networks) {
    const [address = '', bits] = entry.split('/');
    const family = familyOf(address);
    list[family].addSubnet(address, bits ? Number(bits) : family === 'ipv6' ? 128 : 32, family);
  }
  return list;
}

function has(list: Networks, address: string): boolean {
  const family = familyOf(address);
  return list[family].check(address, family);
}
