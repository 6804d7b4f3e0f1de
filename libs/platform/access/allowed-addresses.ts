import { BlockList, isIP, SocketAddress } from 'node:net';
import { LRUCache } from 'lru-cache';

const compiled = new LRUCache<string, BlockList>({ max: 1_000 });

/** Whether `text` is an address, or a network in CIDR notation (RFC 4632, RFC 4291 2.3). */
export function isNetwork(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  // A zone (RFC 4007) is a matter of one host, and would be left out of the comparison.
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
}

/** Whether an address is in one of the networks; an IPv4 address may come mapped into IPv6. */
export function isAllowedAddress(networks: readonly string[], address: string): boolean {
  const id = networks.join(' ');
  let list = compiled.get(id);
  if (!list) compiled.set(id, (list = listOf(networks)));
  const plain = address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
  const version = isIP(plain);
  return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}

/** Whether each of `networks` lies in a single one of `outer`. Of a union of several nothing is known. */
export function areNetworksWithin(networks: readonly string[], outer: readonly string[]): boolean {
  return networks.every((network) => outer.some((one) => isNetworkWithin(network, one)));
}

function isNetworkWithin(network: string, outer: string): boolean {
  const [inner, around] = [network, outer].map((text) => {
    const [address = '', length] = text.split('/');
    const version = isIP(address);
    return { address, version, length: Number(length ?? (version === 4 ? 32 : 128)) };
  }) as [NetworkParts, NetworkParts];
  // Addresses that are mapped from one family into the other would be compared by lengths that do not fit.
  if (inner.version !== around.version || inner.length < around.length) return false;
  return listOf([outer]).check(inner.address, inner.version === 4 ? 'ipv4' : 'ipv6');
}

interface NetworkParts {
  address: string;
  version: number;
  length: number;
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (length === undefined) list.addAddress(new SocketAddress({ address, family }));
    else list.addSubnet(address, Number(length), family);
  }
  return list;
}
