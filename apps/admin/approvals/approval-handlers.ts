import type { Caller } from '#platform';
import type { Approval, Transaction } from '#storage';

/** What an approved action does. It takes the approval with `Approvals.use`, for exactly what it is about to do. */
export interface ApprovalHandler {
  readonly action: string;
  /** For what admin owns: in the transaction that approves. What it throws takes the approval back. */
  execute?(tx: Transaction, approver: Caller, approval: Approval): Promise<void>;
  /**
   * For what another service owns: asks it, after the approval is written down. The owner uses it in its own
   * transaction; where the owner cannot be reached, the approval stays approved and unused, and is asked with again.
   */
  askOwner?(approver: Caller, approval: Approval): Promise<void>;
}

/** Which action does what when it is approved. One without a handler is done later, by whoever asked for it. */
export class ApprovalHandlers {
  private readonly byAction: ReadonlyMap<string, ApprovalHandler>;

  constructor(handlers: readonly ApprovalHandler[]) {
    this.byAction = new Map(handlers.map((handler) => [handler.action, handler]));
  }

  of({ action }: Approval): ApprovalHandler | undefined {
    return this.byAction.get(action);
  }
}
