import { OutboundError } from './outbound-error.js';
import { OutboundPolicy, OutboundPolicyError } from './outbound-policy.js';

const policy = new OutboundPolicy({
  production: false,
  allowedPrivateOrigins: [
    'keycloak.corp.example:8443',
    'git.corp.example:443',
    '10.1.2.3:8443',
    '[fd00::5]:443',
  ],
  sandboxOrigin: 'http://127.0.0.1:4006',
});

function verdict(url: string): string {
  try {
    policy.admit(url);
    return 'allowed';
  } catch (error) {
    if (error instanceof OutboundError) return error.code;
    throw error;
  }
}

describe('a URL', () => {
  it.each([
    'https://as.example.com/token',
    'https://as.example.com:443/token',
    'https://bücher.example/token',
    'https://keycloak.corp.example:8443/realms/a/token',
    'https://KEYCLOAK.corp.example:8443/',
    'https://git.corp.example/oauth/token',
    'https://10.1.2.3:8443/token',
    'https://[fd00::5]/token',
    'https://8.8.8.8/token',
    'http://127.0.0.1:4006/token',
    'http://2130706433:4006/token',
  ])('%s is allowed', (url) => {
    expect(verdict(url)).toBe('allowed');
  });

  it.each([
    ['http://as.example.com/token', 'not https'],
    ['http://keycloak.corp.example:8443/', 'not https, though named by the operator'],
    ['ftp://as.example.com/', 'not https'],
    ['file:///etc/passwd', 'not https'],
    ['data:text/plain,x', 'not https'],
    ['https://as.example.com:8443/token', 'another port'],
    ['https://as.example.com:80/token', 'another port'],
    ['https://keycloak.corp.example:8444/', 'another port than the operator named'],
    ['https://sub.keycloak.corp.example:8443/', 'a name below the one the operator named'],
    ['https://keycloak.corp.example.:8443/', 'a trailing dot'],
    ['https://as.example.com./token', 'a trailing dot'],
    ['https://user@as.example.com/', 'user information'],
    ['https://user:pass@as.example.com/', 'user information'],
    ['https://as.example.com@evil.example/', 'user information that looks like a host'],
    ['https://as.example.com/token#part', 'a fragment'],
    ['https://as.example.com\\@evil.example/', 'a backslash'],
    ['https://as.exa\tmple.com/', 'a tab'],
    ['https://as.example.com/a\nb', 'a line feed'],
    [' https://as.example.com/', 'a space'],
    ['http://127.0.0.1:4007/', 'another port than the sandbox'],
    ['https://127.0.0.1:4006/', 'another scheme than the sandbox'],
    ['http://localhost:4006/', 'another spelling of the sandbox'],
    ['http://127.0.0.2:4006/', 'another loopback address than the sandbox'],
    ['/token', 'no scheme'],
    ['', 'nothing'],
  ])('%j is forbidden: %s', (url) => {
    expect(verdict(url)).toBe('url-forbidden');
  });

  it.each([
    'https://127.0.0.1/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00::6]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://0/',
    'https://１２７.０.０.１/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
  ])('%s names an address that is refused, however it is spelt', (url) => {
    expect(verdict(url)).toBe('address-forbidden');
  });

  it('is not quoted beyond host and port when it is refused', () => {
    const secret = 'https://user:hunter2@as.example.com:8443/path-canary?token=query-canary';
    expect(() => policy.admit(secret)).toThrow(
      'as.example.com:8443: the URL is not one that requests may go to',
    );
  });
});

describe('settings', () => {
  it.each([
    'keycloak.corp.example',
    'https://a.example:443',
    '*.corp.example:443',
    'a.example:443/path',
    'u@a.example:443',
    'a.example.:443',
    ':443',
    'a.example:99999',
    '',
  ])('refuse %j as a private authorization server', (entry) => {
    expect(() => new OutboundPolicy({ production: true, allowedPrivateOrigins: [entry] })).toThrow(
      OutboundPolicyError,
    );
  });

  it.each([
    'http://example.com:4006',
    'http://192.168.0.1:4006',
    'http://127.0.0.1:4006/path',
    'http://0.0.0.0:4006',
    'ws://127.0.0.1:4006',
    'http://u@127.0.0.1:4006',
    '127.0.0.1:4006',
  ])('refuse %j as the sandbox', (sandboxOrigin) => {
    expect(() => new OutboundPolicy({ production: false, sandboxOrigin })).toThrow(OutboundPolicyError);
  });

  it.each(['http://127.0.0.1:4006', 'http://localhost:4006', 'http://[::1]:4006'])(
    'take %s as the sandbox',
    (sandboxOrigin) => {
      expect(() =>
        new OutboundPolicy({ production: false, sandboxOrigin }).admit(`${sandboxOrigin}/token`),
      ).not.toThrow();
    },
  );

  it('refuse the sandbox in production', () => {
    expect(() => new OutboundPolicy({ production: true, sandboxOrigin: 'http://127.0.0.1:4006' })).toThrow(
      /cannot be reached in production/,
    );
  });
});
