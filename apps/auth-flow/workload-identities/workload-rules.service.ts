import { Injectable } from '@nestjs/common';
import { isSecureEndpoint } from '#oauth';
import { OutboundClient, OutboundError } from '#outbound';
import { Problem, type Caller, type Fault } from '#platform';
import { faultOfPublicKey, publicPart } from '#resource-server';
import type { WorkloadKeys } from '#storage';
import { AuthFlowConfig } from '../auth-flow.config.js';

/** What a workload identity may be, before it is stored. */
@Injectable()
export class WorkloadRulesService {
  constructor(
    private readonly outbound: OutboundClient,
    private readonly config: AuthFlowConfig,
  ) {}

  /** With keys of its own an issuer is a name only; without, it must be one that may be asked. @throws Problem */
  checkIssuer(issuer: string, hasKeys: boolean): void {
    const url = URL.parse(issuer);
    const allowHttp = url?.origin === this.config.OUTBOUND_SANDBOX_ORIGIN;
    const isPlain = /^[\x21-\x7e]+$/.test(issuer) && url?.search === '';
    if (!isPlain || !isSecureEndpoint(issuer, allowHttp))
      throw refused([{ pointer: '/issuer', detail: 'must be an https URL without query and fragment' }]);
    if (!hasKeys) this.checkReach(issuer);
  }

  /** @throws Problem */
  checkedKeys({ keys }: WorkloadKeys): WorkloadKeys {
    const faults = keys.flatMap((key, index) => {
      const detail = faultOfPublicKey(key);
      return detail === undefined ? [] : [{ pointer: `/jwks/keys/${index}`, detail }];
    });
    if (faults.length > 0) throw refused(faults);
    return { keys: keys.map(publicPart) };
  }

  private checkReach(issuer: string): void {
    try {
      this.outbound.assertAllowed(issuer);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const detail = `may not be asked for its keys (${error.code}); send them as jwks`;
      throw refused([{ pointer: '/issuer', detail }]);
    }
  }
}

/** How many identities of one issuer a workspace has: each is read for every token that says it is of that issuer. */
export const mostOfOneIssuer = 50;

/** An identity has no end and no networks, so whoever has would get around them by making or changing one. */
export function refuseLimited({ expiresAt, allowedAddresses }: Caller): void {
  if (expiresAt ?? allowedAddresses)
    throw new Problem(
      'forbidden',
      'A workload, or a key that expires or is bound to networks, makes and changes no identities: they have no end.',
    );
}

function refused(errors: readonly Fault[]): Problem {
  return new Problem('invalid-request', 'Some values are not as they must be; see errors.', { errors });
}
