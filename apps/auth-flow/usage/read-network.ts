import { limitedAddress } from '#platform';

/** The network that an address is told as: of IPv4 its /24, of IPv6 its /64. Whose device it was is nobody's business. */
export function networkOf(address: string): string {
  const one = limitedAddress(address);
  const octets = one.split('.');
  return octets.length === 4 ? `${octets.slice(0, 3).join('.')}.0/24` : one;
}
