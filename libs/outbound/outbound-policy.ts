import { isIP } from 'node:net';
import { addressKind, type AddressKind } from './address-kind.js';
import { OutboundError } from './outbound-error.js';

/** How far a host may reach: any provider; one that an operator named; the sandbox on this machine. */
export type Reach = 'public' | 'private' | 'loopback';

const admitted: Record<Reach, readonly AddressKind[]> = {
  public: ['public'],
  private: ['public', 'private', 'loopback'],
  loopback: ['loopback'],
};

export function reaches(reach: Reach, address: string): boolean {
  return admitted[reach].includes(addressKind(address));
}

/** The settings are wrong: refuse to start. */
export class OutboundPolicyError extends Error {
  override readonly name = 'OutboundPolicyError';
}

export interface OutboundPolicySettings {
  /** Whether this is a production configuration, in which the sandbox cannot be reached. */
  production: boolean;
  /** Authorization servers on private networks, each exactly `host:port`, over https. */
  allowedPrivateOrigins?: readonly string[];
  /** The sandbox's origin on loopback, the only one that may be plain http. */
  sandboxOrigin?: string;
}

/** Which URLs requests may go to. Provider URLs are user input, so every rule is about what is allowed. */
export class OutboundPolicy {
  readonly #privateHosts: ReadonlySet<string>;
  readonly #sandboxOrigin: string | undefined;

  constructor({ production, allowedPrivateOrigins = [], sandboxOrigin }: OutboundPolicySettings) {
    this.#privateHosts = new Set(allowedPrivateOrigins.map(parsePrivateHost));
    if (sandboxOrigin !== undefined && production) {
      throw new OutboundPolicyError('The sandbox cannot be reached in production: leave its origin unset.');
    }
    this.#sandboxOrigin = sandboxOrigin === undefined ? undefined : parseSandboxOrigin(sandboxOrigin);
  }

  /** Everything that can be said without DNS. @throws OutboundError `url-forbidden` or `address-forbidden`. */
  admit(input: string | URL): URL {
    const url = parse(String(input));
    const reach = this.reachOf(url);
    const host = bareHost(url);
    if (!reach) throw new OutboundError('url-forbidden', 'not_sent', { host: url.host });
    if (isIP(host) !== 0 && !reaches(reach, host)) {
      throw new OutboundError('address-forbidden', 'not_sent', { host: url.host });
    }
    return url;
  }

  /** Nothing where no request may go to this origin at all. */
  reachOf(url: URL): Reach | undefined {
    if (url.origin === this.#sandboxOrigin) return 'loopback';
    if (url.protocol !== 'https:') return undefined;
    if (this.#privateHosts.has(hostAndPort(url))) return 'private';
    return url.port === '' ? 'public' : undefined;
  }
}

/** The host of a URL as an address or a name, without the brackets of IPv6. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

function parse(input: string): URL {
  // The URL parser drops tabs and line feeds and reads "\" as "/": what a human reviewed is not what is called.
  const url = /[^!-\u{10ffff}]|[\u007f\\]/u.test(input) ? null : URL.parse(input);
  if (!url) throw new OutboundError('url-forbidden', 'not_sent');
  // A fragment is forbidden in endpoint URLs (RFC 6749 3.1, 3.2); a trailing dot is another spelling of an allowed host.
  const odd = url.username !== '' || url.password !== '' || url.hash !== '' || url.hostname.endsWith('.');
  if (odd || url.hostname === '') throw new OutboundError('url-forbidden', 'not_sent', { host: url.host });
  return url;
}

function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port === '' ? '443' : url.port}`;
}

function parsePrivateHost(entry: string): string {
  const url = /^[^/?#@\\\s*]+:\d{1,5}$/.test(entry) ? URL.parse(`https://${entry}`) : null;
  if (!url || url.hostname.endsWith('.')) {
    throw new OutboundPolicyError(
      `A private authorization server is named by its exact host and port, such as keycloak.corp.example:8443; "${entry}" is not.`,
    );
  }
  return hostAndPort(url);
}

function parseSandboxOrigin(origin: string): string {
  const url = URL.parse(origin);
  const loopback = url && (url.hostname === 'localhost' || addressKind(bareHost(url)) === 'loopback');
  if (!loopback || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new OutboundPolicyError(
      `The sandbox's origin is one on this machine, such as http://127.0.0.1:4006; "${origin}" is not.`,
    );
  }
  return url.origin;
}
