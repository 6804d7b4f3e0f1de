import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { checkIfMatch, entityTag, requestId, type Caller } from '#platform';
import { AnomalyRepository, anomalyRules, AuditRepository, Database, type Transaction } from '#storage';
import type { AnomalyPolicy } from './anomaly-policy.dto.js';

/** What a workspace wants done about reads that stand out. */
@Injectable()
export class AnomalyPolicyService {
  constructor(private readonly database: Database) {}

  async find({ workspace }: Caller): Promise<AnomalyPolicy> {
    return this.database.inWorkspace(workspace, policyOf);
  }

  /** @throws Problem `precondition-failed` */
  async set(
    { workspace, actor }: Caller,
    policy: AnomalyPolicy,
    ifMatch: string | undefined,
  ): Promise<AnomalyPolicy> {
    return this.database.inWorkspace(workspace, async (tx) => {
      await tx.get(AnomalyRepository).lockPolicy();
      const from = await policyOf(tx);
      checkIfMatch(ifMatch, digestOf(from), () => from);
      if (anomalyRules.every((rule) => from[rule] === policy[rule])) return policy;
      await tx.get(AnomalyRepository).setPolicy(policy);
      await tx.get(AuditRepository).append({
        actor,
        action: 'anomaly_policy.changed',
        subject: { type: 'workspace', id: workspace },
        detail: { from, to: policy },
        requestId: requestId(),
      });
      return policy;
    });
  }
}

async function policyOf(tx: Transaction): Promise<AnomalyPolicy> {
  const set = await tx.get(AnomalyRepository).policy();
  const actions = anomalyRules.map((rule) => [rule, set.get(rule) ?? 'notify']);
  return Object.fromEntries(actions) as AnomalyPolicy;
}

/** It has no row of its own, so that its content is its version. */
export const policyTag = (policy: AnomalyPolicy): string => entityTag(digestOf(policy));

function digestOf(policy: AnomalyPolicy): string {
  const text = JSON.stringify(anomalyRules.map((rule) => policy[rule]));
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
