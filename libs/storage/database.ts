import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Pool } from 'pg';
import { DatabaseUnavailableError, isUnavailable } from './database-errors.js';
import { Transaction } from './transaction.js';

/** The door to Postgres: transactions bound to a workspace, and the few queries that look across workspaces. */
@Injectable()
export class Database {
  constructor(private readonly source: DataSource) {}

  /**
   * Runs `work` in one transaction that sees only this workspace's rows (row-level security).
   * @throws DatabaseUnavailableError where Postgres is gone; everything else is rolled back and rethrown.
   */
  async inWorkspace<T>(workspace: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.guarded(() =>
      this.source.transaction(async (manager) => work(await Transaction.bind(manager, workspace))),
    );
  }

  /** One statement outside any workspace: the SECURITY DEFINER functions and tables without tenants. */
  async acrossWorkspaces<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.guarded(() => this.source.query<Row[]>(sql, values));
  }

  /** A named prepared statement on the pool itself, for hot paths. Autocommit. */
  async prepared<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const pool = (this.source.driver as unknown as { master: Pool }).master;
    return this.guarded(async () => (await pool.query<Row>({ name, text, values })).rows);
  }

  /** Answers when Postgres does. @throws DatabaseUnavailableError */
  async ping(): Promise<void> {
    await this.acrossWorkspaces('SELECT 1');
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isUnavailable(error))
        throw new DatabaseUnavailableError('Postgres cannot be reached', { cause: error });
      throw error;
    }
  }
}
