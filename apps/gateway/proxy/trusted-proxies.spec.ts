import { TrustedProxies } from './trusted-proxies.js';

const claims = {
  host: 'evergrant.test',
  'x-forwarded-for': '198.51.100.7, 203.0.113.9, 10.0.0.2',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'tokens.example',
};

describe('TrustedProxies', () => {
  it('believes nobody by default', () => {
    expect(new TrustedProxies([]).clientOf('127.0.0.1', 'http', claims)).toEqual({
      address: '127.0.0.1',
      protocol: 'http',
      host: 'evergrant.test',
    });
  });

  it('takes the first address from the inside that is no trusted proxy, not what the client put before it', () => {
    expect(new TrustedProxies(['10.0.0.0/8']).clientOf('10.0.0.1', 'http', claims)).toEqual({
      address: '203.0.113.9',
      protocol: 'https',
      host: 'tokens.example',
    });
  });

  it('does not believe a neighbour of a trusted proxy', () => {
    expect(new TrustedProxies(['10.0.0.1']).clientOf('10.0.0.3', 'http', claims).address).toBe('10.0.0.3');
  });

  it('sees an IPv4 proxy that comes in over IPv6', () => {
    const client = new TrustedProxies(['10.0.0.1']).clientOf('::ffff:10.0.0.1', 'http', {
      'x-forwarded-for': '::ffff:203.0.113.9',
    });
    expect(client.address).toBe('203.0.113.9');
  });

  it.each(['unknown', '_hidden', '203.0.113.9:4711', "'; drop"])(
    'stops at %s, which is no address',
    (claimed) => {
      const client = new TrustedProxies(['10.0.0.1']).clientOf('10.0.0.1', 'http', {
        'x-forwarded-for': claimed,
      });
      expect(client.address).toBe('10.0.0.1');
    },
  );

  it('ignores a protocol that is neither http nor https', () => {
    const headers = { 'x-forwarded-proto': 'javascript' };
    expect(new TrustedProxies(['10.0.0.1']).clientOf('10.0.0.1', 'http', headers).protocol).toBe('http');
  });

  it('refuses a list with something that is no address', () => {
    expect(() => new TrustedProxies(['proxy.internal'])).toThrow();
  });
});
