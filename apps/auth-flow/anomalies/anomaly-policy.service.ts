import { Injectable } from '@nestjs/common';
import { requestId, type Caller } from '#platform';
import { AnomalyRepository, anomalyRules, AuditRepository, Database, type Transaction } from '#storage';
import type { AnomalyPolicy } from './anomaly-policy.dto.js';

/** What a workspace wants done about reads that stand out. */
@Injectable()
export class AnomalyPolicyService {
  constructor(private readonly database: Database) {}

  async find({ workspace }: Caller): Promise<AnomalyPolicy> {
    return this.database.inWorkspace(workspace, policyOf);
  }

  async set({ workspace, actor }: Caller, policy: AnomalyPolicy): Promise<AnomalyPolicy> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const from = await policyOf(tx);
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
