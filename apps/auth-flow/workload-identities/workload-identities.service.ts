import { Injectable } from '@nestjs/common';
import { checkIfMatch, Problem, requestId, type Caller } from '#platform';
import {
  AuditRepository,
  Database,
  newId,
  WorkloadIdentityRepository,
  type Transaction,
  type WorkloadIdentity,
} from '#storage';
import { refuseScopesBeyond } from '../api-keys/key-reach.js';
import type { CreateWorkloadIdentity, UpdateWorkloadIdentity } from './workload-identity.dto.js';
import { mostOfOneIssuer, refuseLimited, WorkloadRulesService } from './workload-rules.service.js';

/** Which workloads of which issuers are let in, and what they may do. */
@Injectable()
export class WorkloadIdentitiesService {
  constructor(
    private readonly database: Database,
    private readonly rules: WorkloadRulesService,
  ) {}

  async create(caller: Caller, wish: CreateWorkloadIdentity): Promise<WorkloadIdentity> {
    const { name, issuer, claims, scopes } = wish;
    refuseLimited(caller);
    refuseScopesBeyond(caller, scopes);
    const jwks = wish.jwks ? this.rules.checkedKeys(wish.jwks) : null;
    this.rules.checkIssuer(issuer, jwks !== null);
    const id = newId('wid');
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const personId = caller.person ?? null;
      if ((await tx.get(WorkloadIdentityRepository).countOf(issuer)) >= mostOfOneIssuer)
        throw new Problem(
          'conflict',
          `The workspace has ${mostOfOneIssuer} identities of ${issuer}, and that is the most: name several values of a claim in one.`,
        );
      await tx.get(WorkloadIdentityRepository).insert({ id, name, issuer, claims, scopes, jwks, personId });
      await audit(tx, caller, 'workload_identity.created', id, { name, issuer, claims, scopes });
      return found(tx, id);
    });
  }

  /** One more than `limit`, where there is one. */
  async list({ workspace }: Caller, limit: number, after?: string): Promise<WorkloadIdentity[]> {
    return this.database.inWorkspace(workspace, (tx) =>
      tx.get(WorkloadIdentityRepository).list(limit + 1, after),
    );
  }

  async find({ workspace }: Caller, id: string): Promise<WorkloadIdentity> {
    return this.database.inWorkspace(workspace, (tx) => found(tx, id));
  }

  async update(
    caller: Caller,
    id: string,
    change: UpdateWorkloadIdentity,
    ifMatch: string | undefined,
  ): Promise<WorkloadIdentity> {
    const keys = change.jwks && this.rules.checkedKeys(change.jwks);
    return this.database.inWorkspace(caller.workspace, async (tx) => {
      const before = await locked(tx, id);
      refuseLimited(caller);
      refuseScopesBeyond(caller, before.scopes);
      checkIfMatch(ifMatch, before.version);
      const { name = before.name, claims = before.claims, scopes = before.scopes } = change;
      refuseScopesBeyond(caller, scopes);
      const jwks = keys === undefined ? before.jwks : keys;
      if (keys === null) this.rules.checkIssuer(before.issuer, false);
      // Whoever says anew which workload it is answers for it.
      const isAnother = change.claims !== undefined || change.jwks !== undefined;
      const personId = (isAnother ? caller.person : undefined) ?? before.personId;
      await tx.get(WorkloadIdentityRepository).update({ ...before, name, claims, scopes, jwks, personId });
      const told = { name: change.name, claims: change.claims, scopes: change.scopes };
      await audit(tx, caller, 'workload_identity.updated', id, { fields: Object.keys(change), ...told });
      return found(tx, id);
    });
  }

  /** Its tokens stop working at once. */
  async delete(caller: Caller, id: string, ifMatch: string | undefined): Promise<void> {
    await this.database.inWorkspace(caller.workspace, async (tx) => {
      const { scopes, version, name } = await locked(tx, id);
      refuseScopesBeyond(caller, scopes);
      checkIfMatch(ifMatch, version);
      await tx.get(WorkloadIdentityRepository).delete(id);
      await audit(tx, caller, 'workload_identity.deleted', id, { name });
    });
  }
}

async function locked(tx: Transaction, id: string): Promise<WorkloadIdentity> {
  return (await tx.get(WorkloadIdentityRepository).lock(id)) ?? raise(id);
}

async function found(tx: Transaction, id: string): Promise<WorkloadIdentity> {
  return (await tx.get(WorkloadIdentityRepository).find(id)) ?? raise(id);
}

function raise(id: string): never {
  throw new Problem('workload-identity-not-found', `There is no workload identity ${id} in this workspace.`);
}

async function audit(
  tx: Transaction,
  { actor }: Caller,
  action: string,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> {
  const subject = { type: 'workload_identity', id };
  await tx.get(AuditRepository).append({ actor, action, subject, detail, requestId: requestId() });
}
