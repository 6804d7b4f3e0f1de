import { Logger } from '@nestjs/common';
import { Problem, WorkloadDirectory, type FoundWorkload } from '#platform';
import {
  AccessTokenError,
  claimedParties,
  WorkloadTokenVerifier,
  type WorkloadToken,
} from '#resource-server';
import type { Directory, FoundWorkloadIdentity } from '#storage';
import type { IssuerKeySets } from './issuer-key-sets.js';
import type { WorkloadAudience } from './workload-audience.js';
import { matchesClaims } from './workload-claims.js';

const storableIssuer = /^https?:\/\/[\x21-\x7e]{1,2000}$/;
const retryAfterSeconds = 5;

/**
 * Workloads by their platform's JWT: the identities are read for every request, so that one that is deleted is none at
 * once; only the issuers' keys are kept.
 */
export class TrustedWorkloads extends WorkloadDirectory {
  private readonly logger = new Logger(TrustedWorkloads.name);

  constructor(
    private readonly directory: Directory,
    private readonly keySets: IssuerKeySets,
    private readonly audience: WorkloadAudience,
  ) {
    super();
  }

  async find(token: string): Promise<FoundWorkload | undefined> {
    const parties = claimedParties(token);
    const workspace = parties && this.audience.workspaceIn(parties.audience);
    if (!workspace || !storableIssuer.test(parties.issuer)) return undefined;
    const identities = await this.directory.findWorkloadIdentities(workspace, parties.issuer);
    // What does not fit by its own word costs neither a signature's check nor a question to its issuer.
    const fitting = identities.filter(({ claims }) => matchesClaims(claims, parties.claims));
    const found = await this.matching(token, fitting, parties);
    const [first] = found;
    if (!first) return undefined;
    return {
      id: first.identity.id,
      name: storableName(first.token.subject),
      workspace,
      scopes: [...new Set(found.flatMap(({ identity }) => identity.scopes))],
      suspended: first.identity.suspended,
      person: first.identity.person,
      expiresAt: first.token.expiresAt,
    };
  }

  /** The identities whose keys signed the token, of those that it fits. */
  private async matching(
    token: string,
    identities: readonly FoundWorkloadIdentity[],
    parties: { issuer: string; audience: string },
  ): Promise<{ identity: FoundWorkloadIdentity; token: WorkloadToken }[]> {
    const verified = new Map<string, Promise<WorkloadToken | 'refused' | 'unknown'>>();
    const outcomes = await Promise.all(
      identities.map(async (identity) => {
        const jwks = JSON.stringify(identity.jwks);
        let outcome = verified.get(jwks);
        if (!outcome) verified.set(jwks, (outcome = this.verify(token, { ...identity, jwks }, parties)));
        return { identity, outcome: await outcome };
      }),
    );
    const found = outcomes.flatMap(({ identity, outcome }) =>
      typeof outcome === 'object' ? [{ identity, token: outcome }] : [],
    );
    if (found.length === 0 && outcomes.some(({ outcome }) => outcome === 'unknown'))
      throw new Problem('service-unavailable', `The keys of ${parties.issuer} cannot be had at the moment.`, {
        retryAfterSeconds,
      });
    return found;
  }

  private async verify(
    token: string,
    { id, jwks }: { id: string; jwks: string },
    parties: { issuer: string; audience: string },
  ): Promise<WorkloadToken | 'refused' | 'unknown'> {
    const keys = jwks === 'null' ? this.keySets.of(parties.issuer) : this.keySets.ofText(jwks);
    try {
      return await new WorkloadTokenVerifier({ ...parties, keys }).verify(token);
    } catch (error) {
      if (!(error instanceof AccessTokenError)) throw error;
      this.logger.debug({ workload_identity: id, refusal: error.refusal }, "a workload's token was refused");
      return error.refusal === 'keys-unavailable' ? 'unknown' : 'refused';
    }
  }
}

/** It comes from outside and goes into audit entries, whose bytes are canonical JSON, and into Postgres, which has no zeros. */
function storableName(subject: string): string {
  return subject
    .slice(0, 200)
    .replaceAll(/\p{Cc}/gu, '\ufffd')
    .toWellFormed();
}
