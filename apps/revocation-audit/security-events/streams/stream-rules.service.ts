import { Injectable } from '@nestjs/common';
import { isSecureEndpoint } from '#oauth';
import { OutboundClient, OutboundError } from '#outbound';
import { Problem, type Fault } from '#platform';
import { faultOfPublicKey } from '#resource-server';
import type { SecurityEventStream } from '#storage';
import { RevocationAuditConfig } from '../../revocation-audit.config.js';

/** A stream as far as it can be wrong. */
type Checked = Pick<SecurityEventStream, 'issuer' | 'delivery' | 'pollEndpoint' | 'jwksUri' | 'jwks'> & {
  hasPollAuthorization: boolean;
  isManaged: boolean;
};

/** What a stream may be, before it is stored. */
@Injectable()
export class StreamRulesService {
  constructor(
    private readonly outbound: OutboundClient,
    private readonly config: RevocationAuditConfig,
  ) {}

  /** @throws Problem with every fault */
  check(stream: Checked): void {
    const faults = [...this.issuerFaults(stream), ...this.deliveryFaults(stream), ...this.keyFaults(stream)];
    if (faults.length > 0)
      throw new Problem('invalid-request', 'Some values are not as they must be; see errors.', {
        errors: faults,
      });
  }

  private issuerFaults({ issuer, jwks, jwksUri, isManaged }: Checked): Fault[] {
    const url = URL.parse(issuer);
    const allowHttp = url?.origin === this.config.OUTBOUND_SANDBOX_ORIGIN;
    const isPlain = /^[\x21-\x7e]+$/.test(issuer) && url?.search === '';
    const pointer = '/issuer';
    if (!isPlain || !isSecureEndpoint(issuer, allowHttp))
      return [{ pointer, detail: 'must be an https URL without query and fragment' }];
    const isAsked = isManaged || (jwks === null && jwksUri === null);
    return isAsked ? this.reachFaults(pointer, issuer) : [];
  }

  private deliveryFaults(stream: Checked): Fault[] {
    const { delivery, pollEndpoint, isManaged, hasPollAuthorization } = stream;
    if (delivery === 'push') {
      const given = { poll_endpoint: pollEndpoint !== null, poll_authorization: hasPollAuthorization };
      return Object.entries(given)
        .filter(([, isGiven]) => isGiven)
        .map(([name]) => ({ pointer: `/${name}`, detail: 'is for streams that are polled' }));
    }
    if (pollEndpoint !== null) return this.reachFaults('/poll_endpoint', pollEndpoint);
    return isManaged
      ? []
      : [{ pointer: '/poll_endpoint', detail: 'is required for a stream that is polled' }];
  }

  private keyFaults({ jwks, jwksUri }: Checked): Fault[] {
    if (jwks && jwksUri !== null) return [{ pointer: '/jwks', detail: 'must not come with jwks_uri' }];
    if (jwksUri !== null) return this.reachFaults('/jwks_uri', jwksUri);
    return (jwks?.keys ?? []).flatMap((key, index) => {
      const detail = faultOfPublicKey(key);
      return detail === undefined ? [] : [{ pointer: `/jwks/keys/${index}`, detail }];
    });
  }

  private reachFaults(pointer: string, address: string): Fault[] {
    try {
      this.outbound.assertAllowed(address);
      return [];
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      return [{ pointer, detail: `may not be called (${error.code})` }];
    }
  }
}
