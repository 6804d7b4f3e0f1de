import { areNetworksWithin, isAllowedAddress, isNetwork } from './allowed-addresses.js';

describe('a network', () => {
  it.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', '::ffff:10.0.0.0/104'])(
    'may be written %s',
    (text) => expect(isNetwork(text)).toBe(true),
  );

  it.each([
    '',
    '10.0.0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    'localhost',
    'fe80::1%eth0',
  ])('is not %j', (text) => expect(isNetwork(text)).toBe(false));

  it.each([
    ['10.1.0.0/16', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.0.0.0/7', '10.0.0.0/8', false],
    ['10.0.0.0/8', '10.1.2.3', false],
    ['11.0.0.1', '10.0.0.0/8', false],
    ['2001:db8:1::/48', '2001:db8::/32', true],
    ['2001:db8::/31', '2001:db8::/32', false],
    // As text of IPv6 it is ::/8, which holds every mapped address.
    ['::ffff:10.0.0.0/8', '10.0.0.0/8', false],
    ['0.0.0.0/0', '::/0', false],
  ])('%s within %s: %s', (inner, outer, within) => {
    expect(areNetworksWithin([inner], [outer])).toBe(within);
  });

  it('is within several only where one of them holds it whole', () => {
    expect(areNetworksWithin(['10.1.0.0/16', '::1'], ['::1', '10.0.0.0/8'])).toBe(true);
    expect(areNetworksWithin(['10.0.0.0/8'], ['10.0.0.0/9', '10.128.0.0/9'])).toBe(false);
  });
});

it('an IPv4 address is allowed by its network, mapped into IPv6 too', () => {
  expect(isAllowedAddress(['10.0.0.0/8'], '::ffff:10.1.2.3')).toBe(true);
  expect(isAllowedAddress(['10.0.0.0/8'], '11.0.0.1')).toBe(false);
});
