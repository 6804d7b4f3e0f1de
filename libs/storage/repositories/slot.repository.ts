import { ConnectionSlot } from '../entities/connection-slot.entity.js';
import type { TransactionContext } from '../transaction.js';

/** Lives are durations in ms, counted from the database's own clock: a worker's clock may be wrong. */
export interface SlotLife {
  expiresInMs: number | null;
  refreshTokenExpiresInMs: number | null;
  /** When to renew; null where nothing is to be renewed. */
  dueInMs: number | null;
  /** When the user must consent again; null: nothing new is known. */
  reauthorizeInMs?: number | null;
  /** The refresh token is the one before: where nothing is said of its life, what was said holds. */
  keepsRefreshToken?: boolean;
}

const LIFE = `expires_at = now() + $%1 * interval '1 ms', refresh_token_expires_at =
    CASE WHEN $%4 AND $%2::bigint IS NULL THEN refresh_token_expires_at ELSE now() + $%2 * interval '1 ms' END,
  refresh_due_at = now() + $%3 * interval '1 ms', renew_every_ms = coalesce($%3, renew_every_ms)`;

const RELEASED = `lease_owner = NULL, lease_until = NULL, claimed_epoch = NULL, claimed_until = NULL`;

function lifeFrom(first: number): string {
  return LIFE.replaceAll(/%(\d)/g, (_, nth: string) => String(first + Number(nth) - 1));
}

/** Slots: generation, fence, lease and schedule. The connection's row is locked by whoever changes one for good. */
export class SlotRepository {
  constructor(private readonly context: TransactionContext) {}

  async find(connectionId: string, slot: string): Promise<ConnectionSlot | null> {
    return this.context.manager.findOneBy(ConnectionSlot, this.key(connectionId, slot));
  }

  async listOf(connectionId: string): Promise<ConnectionSlot[]> {
    return this.context.manager.find(ConnectionSlot, {
      where: { workspaceId: this.context.workspace, connectionId },
      order: { slot: 'ASC' },
    });
  }

  /** What a schedule is made from: the life and age of each slot's newest tokens, by the database's clock. */
  async listLives(
    connectionId: string,
  ): Promise<{ slot: string; lifetimeMs: number | null; ageMs: number; renewable: boolean }[]> {
    return this.context.manager.query(
      `SELECT s.slot, (extract(epoch FROM t.expires_at - t.issued_at) * 1000)::bigint AS "lifetimeMs",
         (extract(epoch FROM now() - t.issued_at) * 1000)::bigint AS "ageMs",
         c.grant_type = 'client_credentials' OR t.refresh_token_fingerprint IS NOT NULL AS renewable
       FROM connection_slot s
       JOIN connection c ON c.workspace_id = s.workspace_id AND c.id = s.connection_id
       JOIN token_set t ON t.workspace_id = s.workspace_id AND t.connection_id = s.connection_id
         AND t.slot = s.slot AND t.generation = s.generation
       WHERE s.workspace_id = $1 AND s.connection_id = $2`,
      [this.context.workspace, connectionId],
    );
  }

  /** A slot at generation 0, without tokens yet. */
  async insert(connectionId: string, slot: string, id: string): Promise<void> {
    await this.context.manager.query(
      `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation) VALUES ($1, $2, $3, $4, 0)`,
      [this.context.workspace, connectionId, slot, id],
    );
  }

  /**
   * Installs tokens that a new authorization brought: the next generation, whatever was going on. The fence moves,
   * so that a refresh in flight of the old grant can no longer promote.
   */
  async advanceByAuthorization(connectionId: string, slot: string, life: SlotLife): Promise<number> {
    const [rows] = await this.context.manager.query<[{ generation: number }[], number]>(
      `UPDATE connection_slot SET generation = generation + 1, fence = fence + 1, open_attempt_id = NULL, failures = 0,
         ${lifeFrom(4)}, ${RELEASED}, reauthorize_by = now() + $8 * interval '1 ms', announcements = 0
       WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3 RETURNING generation`,
      [
        this.context.workspace,
        connectionId,
        slot,
        life.expiresInMs,
        life.refreshTokenExpiresInMs,
        life.dueInMs,
        life.keepsRefreshToken ?? false,
        life.reauthorizeInMs ?? null,
      ],
    );
    return rows[0]!.generation;
  }

  /** T2: the compare-and-swap. Undefined where generation or fence moved: the answer is then an orphan. */
  async promote(
    at: { connectionId: string; slot: string; generation: number; fence: number },
    life: SlotLife,
  ): Promise<number | undefined> {
    const [rows] = await this.context.manager.query<[{ generation: number }[], number]>(
      `UPDATE connection_slot SET generation = generation + 1, open_attempt_id = NULL, failures = 0, refreshed_at = now(),
         ${lifeFrom(6)}, ${RELEASED}, reauthorize_by = least(reauthorize_by, now() + $10 * interval '1 ms')
       WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3 AND generation = $4 AND fence = $5 RETURNING generation`,
      [
        this.context.workspace,
        at.connectionId,
        at.slot,
        at.generation,
        at.fence,
        life.expiresInMs,
        life.refreshTokenExpiresInMs,
        life.dueInMs,
        life.keepsRefreshToken ?? false,
        life.reauthorizeInMs ?? null,
      ],
    );
    return rows[0]?.generation;
  }

  /**
   * Ends a failed attempt: lease given back, next try scheduled. The fence moves, so that a resolver that read the slot
   * before does not take over what is over. False where it moved meanwhile.
   */
  async release(
    at: { connectionId: string; slot: string; fence: number },
    next: { dueInMs: number | null; failed: boolean; keepAttemptOpen?: boolean },
  ): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE connection_slot SET ${RELEASED}, fence = fence + 1, refresh_due_at = now() + $5 * interval '1 ms',
         failures = failures + $6, open_attempt_id = CASE WHEN $7 THEN open_attempt_id END
       WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3 AND fence = $4`,
      [
        this.context.workspace,
        at.connectionId,
        at.slot,
        at.fence,
        next.dueInMs,
        next.failed ? 1 : 0,
        next.keepAttemptOpen ?? false,
      ],
    );
    return count === 1;
  }

  /** Prolongs a lease that is still ours. False where it is not: stop before the wire. */
  async renewLease(
    at: { connectionId: string; slot: string; fence: number },
    leaseMs: number,
  ): Promise<boolean> {
    const [, count] = await this.context.manager.query<[unknown[], number]>(
      `UPDATE connection_slot SET lease_until = now() + $5 * interval '1 ms'
       WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3 AND fence = $4 AND lease_until IS NOT NULL`,
      [this.context.workspace, at.connectionId, at.slot, at.fence, leaseMs],
    );
    return count === 1;
  }

  /** Stops renewal of every slot and cuts off whatever is in flight: the fence moves (revoke, pause). */
  async fenceOff(connectionId: string): Promise<void> {
    await this.fenceOffAll([connectionId]);
  }

  /** The same for many connections. */
  async fenceOffAll(connectionIds: readonly string[]): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection_slot SET fence = fence + 1, refresh_due_at = NULL, ${RELEASED}
       WHERE workspace_id = $1 AND connection_id = ANY ($2)`,
      [this.context.workspace, connectionIds],
    );
  }

  /** The slots of many connections that have tokens, as far as a revocation names them. */
  async listWithTokens(
    connectionIds: readonly string[],
  ): Promise<{ connectionId: string; slot: string; generation: number }[]> {
    return this.context.manager.query(
      `SELECT connection_id AS "connectionId", slot, generation FROM connection_slot
       WHERE workspace_id = $1 AND connection_id = ANY ($2) AND generation > 0 ORDER BY connection_id, slot`,
      [this.context.workspace, connectionIds],
    );
  }

  /** Renews a slot `dueInMs` from now (database clock). */
  async schedule(connectionId: string, slot: string, dueInMs: number | null): Promise<void> {
    await this.context.manager.query(
      `UPDATE connection_slot SET refresh_due_at = now() + $4 * interval '1 ms', claimed_epoch = NULL, claimed_until = NULL
       WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3`,
      [this.context.workspace, connectionId, slot, dueInMs],
    );
  }

  /** Counts an announcement of the consent's end, and answers that end; undefined where it was counted before. */
  async countAnnouncement(connectionId: string, slot: string, nth: number): Promise<Date | undefined> {
    const [rows] = await this.context.manager.query<[{ by: Date }[], number]>(
      `UPDATE connection_slot SET announcements = $4 WHERE workspace_id = $1 AND connection_id = $2 AND slot = $3
         AND announcements < $4 AND reauthorize_by IS NOT NULL RETURNING reauthorize_by AS by`,
      [this.context.workspace, connectionId, slot, nth],
    );
    return rows[0]?.by;
  }

  private key(connectionId: string, slot: string) {
    return { workspaceId: this.context.workspace, connectionId, slot };
  }
}
