import type { TransactionContext } from '../transaction.js';

export type MemberSource = 'claims' | 'invitation' | 'creation';

/** A member of the workspace, as the others see them. */
export interface Member {
  personId: string;
  name: string;
  email: string | null;
  issuer: string;
  role: string;
  source: MemberSource;
  createdAt: Date;
  lastSignInAt: Date | null;
  version: number;
}

const columns = `m.person_id AS "personId", p.name, p.email, p.issuer, m.role, m.source, m.created_at AS "createdAt",
  p.last_sign_in_at AS "lastSignInAt", m.version`;

/** Who is what in the workspace. */
export class MemberRepository {
  constructor(private readonly context: TransactionContext) {}

  /** Serializes changes of a workspace's members, so that two admins cannot remove each other at once. */
  async lockAll(): Promise<void> {
    await this.context.manager.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('evergrant.members ' || $1, 0))`,
      [this.context.workspace],
    );
  }

  async find(personId: string): Promise<Member | undefined> {
    const rows = await this.context.manager.query<Member[]>(
      `SELECT ${columns} FROM member m JOIN person p ON p.id = m.person_id WHERE m.workspace_id = $1 AND m.person_id = $2`,
      [this.context.workspace, personId],
    );
    return rows[0];
  }

  /** By name; after the person in the cursor. */
  async list(limit: number, after?: string): Promise<Member[]> {
    return this.context.manager.query<Member[]>(
      `SELECT ${columns} FROM member m JOIN person p ON p.id = m.person_id
       WHERE m.workspace_id = $1 AND ($2::text IS NULL OR m.person_id > $2) ORDER BY m.person_id LIMIT $3`,
      [this.context.workspace, after ?? null, limit],
    );
  }

  async countAdmins(): Promise<number> {
    const [row] = await this.context.manager.query<{ count: number }[]>(
      `SELECT count(*) AS count FROM member WHERE workspace_id = $1 AND role = 'admin'`,
      [this.context.workspace],
    );
    return row!.count;
  }

  async put(personId: string, role: string, source: MemberSource): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO member (workspace_id, person_id, role, source) VALUES ($1, $2, $3, $4)
       ON CONFLICT (workspace_id, person_id) DO UPDATE
         SET role = excluded.role, source = excluded.source, version = member.version + 1`,
      [this.context.workspace, personId, role, source],
    );
  }

  async remove(personId: string): Promise<void> {
    await this.context.manager.query(`DELETE FROM member WHERE workspace_id = $1 AND person_id = $2`, [
      this.context.workspace,
      personId,
    ]);
  }
}
