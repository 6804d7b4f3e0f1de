import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { newId } from './new-id.js';

/** A session with its person and what they are in the workspace that was asked for. */
export interface LiveSession {
  id: string;
  personId: string;
  name: string;
  email: string | null;
  issuer: string;
  authenticatedAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  workspace: string | null;
  role: string | null;
  suspended: boolean | null;
}

export interface NewSession {
  secretHash: Buffer;
  personId: string;
  issuer: string;
  issuerSessionId: string | null;
  authenticatedAt: Date;
  idleSeconds: number;
  absoluteSeconds: number;
  userAgent: string | null;
  address: string;
  sealedIdToken: Buffer | null;
  /** Where its person was last. */
  currentWorkspace: string | null;
}

/** A session as its person sees it. */
export interface ListedSession {
  id: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  userAgent: string | null;
  address: string;
  issuer: string;
}

export type SessionEnd = 'signed_out' | 'ended' | 'replaced' | 'issuer';

const live = `ended_at IS NULL AND expires_at > now() AND last_seen_at + make_interval(secs => idle_seconds) > now()`;

/** People's sessions: of no workspace, and known by the hash of their secret alone. */
@Injectable()
export class Sessions {
  constructor(private readonly database: Database) {}

  /** One call a request. `workspace`: the one that the request names. */
  async find(secretHash: Buffer, workspace?: string): Promise<LiveSession | undefined> {
    const rows = await this.database.prepared<LiveSession>(
      'find_session',
      `SELECT id, person_id AS "personId", name, email, issuer, authenticated_at AS "authenticatedAt",
              last_seen_at AS "lastSeenAt", expires_at AS "expiresAt", workspace_id AS workspace, role, suspended
       FROM find_session($1, $2)`,
      [secretHash, workspace ?? null],
    );
    return rows[0];
  }

  async create(session: NewSession): Promise<string> {
    const id = newId('ses');
    await this.database.acrossWorkspaces(
      `INSERT INTO session (secret_hash, id, person_id, issuer, issuer_session_id, authenticated_at, idle_seconds,
         expires_at, user_agent, address, sealed_id_token, current_workspace_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8), $9, $10, $11, $12)`,
      [
        session.secretHash,
        id,
        session.personId,
        session.issuer,
        session.issuerSessionId,
        session.authenticatedAt,
        session.idleSeconds,
        session.absoluteSeconds,
        session.userAgent,
        session.address,
        session.sealedIdToken,
        session.currentWorkspace,
      ],
    );
    return id;
  }

  /** Puts off the idle end. */
  async touch(id: string): Promise<void> {
    await this.database.acrossWorkspaces(`UPDATE session SET last_seen_at = now() WHERE id = $1`, [id]);
  }

  async switchTo(id: string, workspace: string): Promise<void> {
    await this.database.acrossWorkspaces(`UPDATE session SET current_workspace_id = $2 WHERE id = $1`, [
      id,
      workspace,
    ]);
  }

  /** The workspace that a person's newest session was switched to, however it ended. */
  async lastWorkspaceOf(personId: string): Promise<string | null> {
    const rows = await this.database.acrossWorkspaces<{ workspace: string | null }>(
      `SELECT current_workspace_id AS workspace FROM session WHERE person_id = $1 ORDER BY created_at DESC LIMIT 1`,
      [personId],
    );
    return rows[0]?.workspace ?? null;
  }

  /** Ends one of a person's sessions; answers its ID token as it was sealed, or undefined where it is not theirs. */
  async end(
    personId: string,
    id: string,
    reason: SessionEnd,
  ): Promise<{ issuer: string; sealedIdToken: Buffer | null } | undefined> {
    const ended = await this.ended<{ issuer: string; sealedIdToken: Buffer | null }>(
      `WITH known AS (SELECT id, issuer, sealed_id_token FROM session WHERE id = $1 AND person_id = $2 AND ended_at IS NULL)
       UPDATE session s SET ended_at = now(), end_reason = $3, sealed_id_token = NULL FROM known WHERE s.id = known.id
       RETURNING known.issuer, known.sealed_id_token AS "sealedIdToken"`,
      [id, personId, reason],
    );
    return ended[0];
  }

  /** Ends all others of a person; answers how many. */
  async endOthers(personId: string, kept: string): Promise<number> {
    const ended = await this.ended(
      `UPDATE session SET ended_at = now(), end_reason = 'ended', sealed_id_token = NULL
       WHERE person_id = $1 AND id <> $2 AND ended_at IS NULL RETURNING id`,
      [personId, kept],
    );
    return ended.length;
  }

  /** The issuer says that its session, or all of the subject's, have ended (OpenID Connect Back-Channel Logout 1.0). */
  async endByIssuer(issuer: string, by: { sessionId?: string; subject?: string }): Promise<string[]> {
    const ended = await this.ended<{ personId: string }>(
      `UPDATE session s SET ended_at = now(), end_reason = 'issuer', sealed_id_token = NULL FROM person p
       WHERE p.id = s.person_id AND s.issuer = $1 AND s.ended_at IS NULL
         AND ($2::text IS NULL OR s.issuer_session_id = $2) AND ($3::text IS NULL OR p.subject = $3)
       RETURNING s.person_id AS "personId"`,
      [issuer, by.sessionId ?? null, by.subject ?? null],
    );
    return ended.map(({ personId }) => personId);
  }

  /** A person's live sessions, the one used last first. */
  async list(personId: string): Promise<ListedSession[]> {
    return this.database.acrossWorkspaces<ListedSession>(
      `SELECT id, created_at AS "createdAt", last_seen_at AS "lastSeenAt", user_agent AS "userAgent", address, issuer,
              least(expires_at, last_seen_at + make_interval(secs => idle_seconds)) AS "expiresAt"
       FROM session WHERE person_id = $1 AND ${live} ORDER BY last_seen_at DESC, id DESC LIMIT 200`,
      [personId],
    );
  }

  /** Forgets sign-ins that nobody came back from: anybody can begin them, so they must not pile up. */
  async deleteLapsedSignIns(): Promise<void> {
    await this.database.acrossWorkspaces(`DELETE FROM sign_in WHERE expires_at < now()`);
  }

  /** Forgets sessions that ended 90 days ago. */
  async deleteOld(): Promise<void> {
    await this.database.acrossWorkspaces(
      `DELETE FROM session WHERE coalesce(ended_at, expires_at) < now() - interval '90 days'`,
    );
  }

  /** TypeORM answers an UPDATE with its rows and their count. */
  private async ended<Row>(sql: string, values: unknown[]): Promise<Row[]> {
    const [rows] = (await this.database.acrossWorkspaces(sql, values)) as unknown as [Row[], number];
    return rows;
  }
}
