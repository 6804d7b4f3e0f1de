import type { EntityManager } from 'typeorm';

/** What a repository is built from: the transaction's own manager, and the workspace that it is bound to. */
export interface TransactionContext {
  readonly manager: EntityManager;
  readonly workspace: string;
}

/** One open database transaction bound to one workspace. */
export class Transaction implements TransactionContext {
  constructor(
    readonly manager: EntityManager,
    readonly workspace: string,
  ) {}

  /** The repository of this transaction: `tx.get(ConnectionRepository)`. */
  get<R>(repository: new (context: TransactionContext) => R): R {
    return new repository(this);
  }
}
