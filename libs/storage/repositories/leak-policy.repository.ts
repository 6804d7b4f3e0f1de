import type { TransactionContext } from '../transaction.js';

export const leakActions = ['notify', 'freeze', 'revoke'] as const;
export type LeakAction = (typeof leakActions)[number];

export interface LeakPolicy {
  action: LeakAction;
  /** 0 where the workspace has never said anything. */
  version: number;
  updatedAt: Date | null;
}

/** What a workspace does about a token that was found in the open: it is told, unless it wishes more. */
export class LeakPolicyRepository {
  constructor(private readonly context: TransactionContext) {}

  async find({ lock = false } = {}): Promise<LeakPolicy> {
    const [row] = await this.context.manager.query<LeakPolicy[]>(
      `SELECT action, version, updated_at AS "updatedAt" FROM leak_policy WHERE workspace_id = $1
       ${lock ? 'FOR UPDATE' : ''}`,
      [this.context.workspace],
    );
    return row ?? { action: 'notify', version: 0, updatedAt: null };
  }

  async save(action: LeakAction): Promise<LeakPolicy> {
    const [row] = await this.context.manager.query<LeakPolicy[]>(
      `INSERT INTO leak_policy AS p (workspace_id, action) VALUES ($1, $2)
       ON CONFLICT (workspace_id) DO UPDATE SET action = $2, version = p.version + 1, updated_at = now()
       RETURNING action, version, updated_at AS "updatedAt"`,
      [this.context.workspace, action],
    );
    return row!;
  }
}
