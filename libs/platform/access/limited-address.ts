import ipaddr from 'ipaddr.js';

/**
 * What counts as one address: of IPv6 its /64, which is given to one customer, who could send each request from another
 * address of it; of IPv4 the address itself.
 */
export function limitedAddress(address: string): string {
  if (!address.includes(':') || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
