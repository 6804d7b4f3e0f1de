import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * `private` and `loopback` are reached only where an operator named the host; `forbidden` never: link-local (cloud
 * metadata), multicast, reserved, and tunnels whose inner address cannot be judged.
 */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden';

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** What an IP address literal is, without brackets. Anything that is not one is `forbidden`. */
export function addressKind(address: string): AddressKind {
  switch (isIP(address)) {
    case 4:
      return ipv4Kind(ipaddr.IPv4.parse(address));
    case 6:
      return ipv6Kind(address);
    default:
      return 'forbidden';
  }
}

function ipv4Kind(address: ipaddr.IPv4): AddressKind {
  switch (address.range()) {
    case 'unicast':
      return 'public';
    case 'private':
    case 'carrierGradeNat':
      return 'private';
    case 'loopback':
      return 'loopback';
    default:
      return 'forbidden';
  }
}

function ipv6Kind(text: string): AddressKind {
  // In hex only: ipaddr.js reads ::8.8.8.8 as ::ffff:8.8.8.8, which is another address. Refuses zones as well.
  const canonical = URL.parse(`http://[${text}]`)?.hostname.slice(1, -1);
  if (canonical === undefined) return 'forbidden';
  const address = ipaddr.IPv6.parse(canonical);
  switch (address.range()) {
    case 'unicast':
      // ipaddr.js calls everything without a special meaning unicast; IANA has given out 2000::/3 only.
      return address.match(globalUnicast) ? 'public' : 'forbidden';
    case 'uniqueLocal':
      return 'private';
    case 'loopback':
      return 'loopback';
    case 'ipv4Mapped':
      return embeddedKind(address);
    case 'rfc6052':
      // 64:ff9b::/96 leads to exactly the IPv4 address in its last 32 bits (RFC 6052 2.1), and IPv6-only networks see
      // every IPv4 provider this way. In the local-use prefix (RFC 8215) the place of that address is anyone's choice.
      return address.parts[2] === 0 ? embeddedKind(address) : 'forbidden';
    default:
      return 'forbidden';
  }
}

function embeddedKind(address: ipaddr.IPv6): AddressKind {
  return ipv4Kind(new ipaddr.IPv4(address.toByteArray().slice(12)));
}
