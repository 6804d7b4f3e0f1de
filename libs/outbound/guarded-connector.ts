import { lookup as lookupHost } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { OutboundError } from './outbound-error.js';
import { reaches, type OutboundPolicy, type Reach } from './outbound-policy.js';
import { reasonOf } from './failure.js';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** Every address of a host name. Called once for each connection that is opened, never again for the same one. */
export type Resolver = (hostname: string) => Promise<ResolvedAddress[]>;

/** getaddrinfo, so that /etc/hosts and the search list work as the operator expects. */
export const systemResolver: Resolver = async (hostname) => {
  const found = await lookupHost(hostname, { all: true, order: 'verbatim' });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

export interface ConnectorSettings {
  policy: OutboundPolicy;
  resolve: Resolver;
  /** PEM certificates trusted instead of Node's own; NODE_EXTRA_CA_CERTS adds to those without this. */
  certificateAuthorities?: string[];
}

/**
 * Opens sockets to validated addresses only. The validation happens inside the one lookup that the socket itself makes,
 * so there is no second resolution that could answer differently; SNI and Host stay those of the URL.
 */
export function guardedConnector({
  policy,
  resolve,
  certificateAuthorities,
}: ConnectorSettings): buildConnector.connector {
  const connectorFor = (reach: Reach) =>
    buildConnector({
      // HTTP/2 shares one connection between requests, which blurs what was written when.
      allowH2: false,
      timeout: 10_000,
      ca: certificateAuthorities,
      lookup: guardedLookup(resolve, reach),
      autoSelectFamily: true,
      // Node's 250 ms is shorter than many a first round trip and would fail hosts that merely are far away.
      autoSelectFamilyAttemptTimeout: 2_500,
    });
  const connectors = {
    public: connectorFor('public'),
    private: connectorFor('private'),
    loopback: connectorFor('loopback'),
  };
  return (options, callback) => {
    const host = options.host ?? options.hostname;
    const url = URL.parse(`${options.protocol}//${host}`);
    const reach = url ? policy.reachOf(url) : undefined;
    // Sockets make no lookup for an address literal.
    const refusedLiteral = isIP(options.hostname) !== 0 && !(reach && reaches(reach, options.hostname));
    if (!reach || refusedLiteral) {
      callback(new OutboundError('address-forbidden', 'not_sent', { host }), null);
      return;
    }
    connectors[reach](options, callback);
  };
}

function guardedLookup(resolve: Resolver, reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (!first) {
          callback(new OutboundError('dns-failed', 'not_sent', { host: hostname }), []);
        } else if (!addresses.every(({ address }) => reaches(reach, address))) {
          // One bad address is enough: which one is tried first is not ours to say.
          callback(new OutboundError('address-forbidden', 'not_sent', { host: hostname }), []);
        } else if (options.all) {
          callback(null, addresses);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: unknown) => {
        callback(
          new OutboundError('dns-failed', 'not_sent', { host: hostname, reason: reasonOf(error) }),
          [],
        );
      },
    );
  };
}
