import type { SandboxDatabase } from '../store/sandbox-database.js';
import { tokenHash } from '../store/token-hash.js';

export type TokenKind = 'access_token' | 'refresh_token';

export interface Ancestry {
  grant: string;
  /** Of a refresh token: the one it was minted for. Of an access token: the refresh token it came with. */
  cameFrom: string | null;
  firstUsedAt: number | null;
  answer: string | null;
}

/** No persona has a longer window. */
const longestWindowMs = 86_400_000;

/** Which token came from which, by hash; kept, like the ledger, when the tokens are gone. */
export class Lineage {
  constructor(private readonly database: SandboxDatabase) {}

  add(kind: TokenKind, token: string, grant: string, cameFrom: string | null): void {
    this.database.run(
      'INSERT OR IGNORE INTO lineage (hash, kind, grant_id, came_from) VALUES (?, ?, ?, ?)',
      tokenHash(token),
      kind,
      grant,
      cameFrom,
    );
  }

  of(hash: string): Ancestry | undefined {
    const row = this.database.row(
      'SELECT grant_id, came_from, first_used_at, answer FROM lineage WHERE hash = ?',
      hash,
    );
    return (
      row && {
        grant: row['grant_id'] as string,
        cameFrom: row['came_from'] as string | null,
        firstUsedAt: row['first_used_at'] as number | null,
        answer: row['answer'] as string | null,
      }
    );
  }

  /** Remembers the first use; `answer` is what a replay is answered. */
  markFirstUse(hash: string, now: number, answer: string | null): void {
    this.database.run(
      'UPDATE lineage SET first_used_at = ?, answer = ? WHERE hash = ? AND first_used_at IS NULL',
      now,
      answer,
      hash,
    );
  }

  successorUsed(hash: string): boolean {
    const used = this.database.row(
      `SELECT 1 FROM lineage WHERE came_from = ? AND kind = 'refresh_token' AND first_used_at IS NOT NULL LIMIT 1`,
      hash,
    );
    return used !== undefined;
  }

  accessTokensOf(hash: string): string[] {
    return this.database
      .rows(`SELECT hash FROM lineage WHERE came_from = ? AND kind = 'access_token'`, hash)
      .map((row) => row['hash'] as string);
  }

  /** The refresh tokens minted for this one, theirs, and so on, with the access tokens that came with them. */
  descendantsOf(hash: string): { kind: TokenKind; hash: string }[] {
    return this.database.rows(
      `WITH RECURSIVE line (hash, kind) AS (
         SELECT hash, kind FROM lineage WHERE came_from = ? AND kind = 'refresh_token'
         UNION SELECT child.hash, child.kind FROM lineage child JOIN line ON child.came_from = line.hash)
       SELECT hash, kind FROM line`,
      hash,
    ) as { kind: TokenKind; hash: string }[];
  }

  /** The refresh token still unspent although its successor, with which this access token came, was minted. */
  unspentPredecessor(accessToken: string): { hash: string; grant: string } | undefined {
    const row = this.database.row(
      `SELECT old.id, old.grant_id FROM lineage access
         JOIN lineage successor ON successor.hash = access.came_from
         JOIN record old ON old.model = 'RefreshToken' AND old.id = successor.came_from AND old.consumed_at IS NULL
       WHERE access.hash = ? AND access.kind = 'access_token'`,
      tokenHash(accessToken),
    );
    return row && { hash: row['id'] as string, grant: row['grant_id'] as string };
  }

  forgetAnswers(now: number): void {
    this.database.run(
      'UPDATE lineage SET answer = NULL WHERE answer IS NOT NULL AND first_used_at < ?',
      now - longestWindowMs,
    );
  }
}
