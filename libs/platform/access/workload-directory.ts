/** A workload as the identities of a workspace know it. */
export interface FoundWorkload {
  /** Of the identity that it matched first. */
  id: string;
  /** The token's subject. */
  name: string;
  workspace: string;
  scopes: readonly string[];
  suspended: boolean;
  /** The person that answers for the identity. */
  person: string | null;
  /** When its token is good no longer. */
  expiresAt: Date;
}

/** Port: verifies a JWT of an issuer that a workspace trusts. Undefined where it is not valid, or nobody's. */
export abstract class WorkloadDirectory {
  /** @throws Problem `service-unavailable` where the issuer's keys cannot be had. */
  abstract find(token: string): Promise<FoundWorkload | undefined>;
}
