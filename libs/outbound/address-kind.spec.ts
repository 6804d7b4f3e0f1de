import { addressKind } from './address-kind.js';

it.each([
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:80b::200e',
  '::ffff:8.8.8.8',
  '::ffff:808:808',
  '64:ff9b::8.8.8.8',
])('%s is public', (address) => {
  expect(addressKind(address)).toBe('public');
});

it.each([
  ['10.0.0.1', '10/8'],
  ['172.16.0.1', '172.16/12'],
  ['172.31.255.255', '172.16/12'],
  ['192.168.0.1', '192.168/16'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['100.127.255.255', 'carrier-grade NAT'],
  ['fc00::1', 'unique local'],
  ['fd12:3456::1', 'unique local'],
  ['::ffff:10.0.0.1', 'mapped'],
  ['::ffff:a00:1', 'mapped, in hex'],
  ['0:0:0:0:0:ffff:c0a8:1', 'mapped, written out'],
  ['64:ff9b::10.0.0.1', 'NAT64'],
  ['64:ff9b::c0a8:101', 'NAT64, in hex'],
])('%s is private (%s)', (address) => {
  expect(addressKind(address)).toBe('private');
});

it.each(['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '64:ff9b::7f00:1'])(
  '%s is loopback',
  (address) => {
    expect(addressKind(address)).toBe('loopback');
  },
);

it.each([
  ['0.0.0.0', 'this network'],
  ['0.1.2.3', 'this network'],
  ['169.254.169.254', 'link-local: cloud metadata'],
  ['192.0.0.1', 'protocol assignments'],
  ['192.0.0.170', 'NAT64 discovery'],
  ['192.0.2.1', 'documentation'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['192.88.99.1', '6to4 relay'],
  ['198.18.0.1', 'benchmark'],
  ['198.19.255.255', 'benchmark'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.250', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::7f00:1', 'IPv4-compatible'],
  ['::8.8.8.8', 'IPv4-compatible'],
  ['::ffff:0:7f00:1', 'IPv4-translated'],
  ['::ffff:0.0.0.0', 'mapped, this network'],
  ['::ffff:169.254.169.254', 'mapped, link-local'],
  ['64:ff9b::a9fe:a9fe', 'NAT64, link-local'],
  ['64:ff9b:1::8.8.8.8', 'local-use NAT64'],
  ['64:ff9b:1:ffff:ffff:ffff:808:808', 'local-use NAT64'],
  ['100::1', 'discard'],
  ['100:0:0:1::1', 'dummy'],
  ['200::1', 'not given out'],
  ['2001::1', 'Teredo'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo'],
  ['2001:2::1', 'benchmark'],
  ['2001:10::1', 'ORCHID'],
  ['2001:20::1', 'ORCHIDv2'],
  ['2001:1ff::1', 'protocol assignments'],
  ['2001:db8::1', 'documentation'],
  ['3fff::1', 'documentation'],
  ['2002:7f00:1::1', '6to4'],
  ['2002:808:808::1', '6to4'],
  ['4000::1', 'not given out'],
  ['5f00::1', 'segment routing'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local with a zone'],
  ['2606:4700::1%eth0', 'a zone'],
  ['febf::1', 'link-local'],
  ['fec0::1', 'site-local'],
  ['ff02::1', 'multicast'],
  ['010.0.0.1', 'octal'],
  ['2130706433', 'decimal'],
  ['0x7f000001', 'hexadecimal'],
  ['127.1', 'short'],
  ['example.com', 'a name'],
  ['', 'nothing'],
])('%s is forbidden (%s)', (address) => {
  expect(addressKind(address)).toBe('forbidden');
});
