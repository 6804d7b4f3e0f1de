import type { EntityManager } from 'typeorm';

/** What a repository is built from: the transaction's own manager, and the workspace that it is bound to. */
export interface TransactionContext {
  readonly manager: EntityManager;
  readonly workspace: string;
}

/** One open database transaction bound to one workspace. */
export class Transaction implements TransactionContext {
  private constructor(
    readonly manager: EntityManager,
    readonly workspace: string,
  ) {}

  /** Binds an open transaction to a workspace: from here on it sees only that one's rows (row-level security). */
  static async bind(manager: EntityManager, workspace: string): Promise<Transaction> {
    await manager.query(`SELECT set_config('evergrant.workspace', $1, true)`, [workspace]);
    return new Transaction(manager, workspace);
  }

  /** The repository of this transaction: `tx.get(ConnectionRepository)`. */
  get<R>(repository: new (context: TransactionContext) => R): R {
    return new repository(this);
  }

  /**
   * A part of the work that belongs to another workspace, committed or rolled back with the rest. Meanwhile this
   * transaction sees nothing of its own; after it, it is bound to its own again.
   */
  async inOther<T>(workspace: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = await work(await Transaction.bind(this.manager, workspace));
    await Transaction.bind(this.manager, this.workspace);
    return result;
  }
}
