import type { IncomingHttpHeaders } from 'node:http';
import ipaddr from 'ipaddr.js';

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Who is at the other end, as far as it can be believed. */
export interface Client {
  address: string;
  protocol: string;
  host: string;
}

/** The proxies in front of the gateway. What they say of the client is believed, and nobody else's word. */
export class TrustedProxies {
  private readonly networks: readonly Network[];

  /** @param list addresses and CIDR networks. Throws on one that is neither. */
  constructor(list: readonly string[]) {
    this.networks = list.map((item) => {
      if (item.includes('/')) return ipaddr.parseCIDR(item);
      const address = ipaddr.process(item);
      return [address, address.kind() === 'ipv4' ? 32 : 128];
    });
  }

  /** The client of a request that came from `peer` over `protocol`. */
  clientOf(peer: string, protocol: string, headers: IncomingHttpHeaders): Client {
    // Parsing every peer would cost each request more than the rest of this.
    const address = peer.startsWith('::ffff:') ? plain(peer) : peer;
    const direct = { address, protocol, host: headers.host ?? '' };
    if (!this.trusts(peer)) return direct;
    const claimed = last(headers['x-forwarded-proto']);
    return {
      address: this.furthestBelieved(direct.address, listOf(headers['x-forwarded-for'])),
      protocol: claimed === 'https' || claimed === 'http' ? claimed : direct.protocol,
      host: last(headers['x-forwarded-host']) ?? direct.host,
    };
  }

  /** Walks from the nearest proxy outwards; the first address that is no trusted proxy is the client's. */
  private furthestBelieved(peer: string, forwardedFor: readonly string[]): string {
    let address = peer;
    for (const claimed of forwardedFor.toReversed()) {
      if (!ipaddr.isValid(claimed)) break;
      address = plain(claimed);
      if (!this.trusts(address)) break;
    }
    return address;
  }

  private trusts(address: string): boolean {
    if (this.networks.length === 0 || !ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return this.networks.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
    );
  }
}

/** An IPv4 address that came in over IPv6, as IPv4. */
function plain(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
}

function listOf(header: string | string[] | undefined): string[] {
  return (header === undefined ? '' : String(header))
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function last(header: string | string[] | undefined): string | undefined {
  return listOf(header).at(-1);
}
