import { Injectable } from '@nestjs/common';
import { checkIfMatch, requestId, type Caller } from '#platform';
import { AuditRepository, Database, LeakPolicyRepository, type LeakAction, type LeakPolicy } from '#storage';

/** What a workspace wants done about its leaked tokens. */
@Injectable()
export class LeakPolicyService {
  constructor(private readonly database: Database) {}

  async find({ workspace }: Caller): Promise<LeakPolicy> {
    return this.database.inWorkspace(workspace, (tx) => tx.get(LeakPolicyRepository).find());
  }

  /** The same once more changes nothing. */
  async change(
    { workspace, actor }: Caller,
    action: LeakAction,
    ifMatch: string | undefined,
  ): Promise<LeakPolicy> {
    return this.database.inWorkspace(workspace, async (tx) => {
      const policies = tx.get(LeakPolicyRepository);
      const before = await policies.find({ lock: true });
      checkIfMatch(ifMatch, before.version);
      if (before.action === action) return before;
      await tx.get(AuditRepository).append({
        actor,
        action: 'leak_policy.changed',
        subject: { type: 'workspace', id: workspace },
        detail: { from: before.action, to: action },
        requestId: requestId(),
      });
      return policies.save(action);
    });
  }
}
