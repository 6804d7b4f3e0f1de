import { Workspace } from '../entities/workspace.entity.js';
import type { TransactionContext } from '../transaction.js';

/** A workspace that a person is a member of. */
export interface PersonsWorkspace {
  id: string;
  name: string;
  role: string;
  suspended: boolean;
  createdAt: Date;
}

export class WorkspaceRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Makes the workspace that this transaction is bound to. */
  async insert(name: string): Promise<void> {
    await this.context.manager.query(`INSERT INTO workspace (id, name) VALUES ($1, $2)`, [
      this.context.workspace,
      name,
    ]);
  }

  /** The person who made the workspace is its first admin. @throws where it has members */
  async insertFirstAdmin(person: string): Promise<void> {
    const [row] = await this.context.manager.query<{ made: boolean }[]>(
      `SELECT make_first_admin($1, $2) AS made`,
      [this.context.workspace, person],
    );
    if (!row?.made) throw new Error(`${this.context.workspace} has members already`);
  }

  async find(): Promise<Workspace | null> {
    return this.context.manager.findOneBy(Workspace, { id: this.context.workspace });
  }

  /** The row, locked until the transaction ends. */
  async lock(): Promise<Workspace | null> {
    return this.context.manager.findOne(Workspace, {
      where: { id: this.context.workspace },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Writes what may change of a row that this transaction locked, as its next version. */
  async update({ id, name, suspendedAt, approvalAbove, version }: Workspace): Promise<void> {
    const next = { name, suspendedAt, approvalAbove, version: version + 1 };
    await this.context.manager.update(Workspace, { id }, next);
  }

  /** How many connections may be revoked at once without a second human; null: the workspace does not say. */
  async approvalAbove(): Promise<number | null> {
    const [row] = await this.context.manager.query<{ above: number | null }[]>(
      `SELECT approval_above AS above FROM workspace WHERE id = $1`,
      [this.context.workspace],
    );
    return row?.above ?? null;
  }

  async isSuspended(): Promise<boolean> {
    return ((await this.find())?.suspendedAt ?? null) !== null;
  }

  /** Every workspace that a person is a member of, this one or not. */
  async listOf(person: string): Promise<PersonsWorkspace[]> {
    return this.context.manager.query<PersonsWorkspace[]>(
      `SELECT workspace_id AS id, name, role, suspended, created_at AS "createdAt" FROM list_memberships($1)`,
      [person],
    );
  }
}
