import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import type { WorkloadClaims, WorkloadKeys } from './entities/workload-identity.entity.js';

export interface FoundKey {
  keyHash: Buffer;
  workspace: string;
  id: string;
  name: string;
  scopes: string[];
  suspended: boolean;
  expiresAt: Date | null;
  allowedAddresses: string[] | null;
  person: string | null;
}

/** A workload identity, as far as a token is checked by it. */
export interface FoundWorkloadIdentity {
  id: string;
  claims: WorkloadClaims;
  scopes: string[];
  jwks: WorkloadKeys | null;
  person: string | null;
  suspended: boolean;
}

/** Later than this a slot counts as backlog. */
export const lateMs = 5_000;

export interface DueSlot {
  workspace: string;
  connectionId: string;
  slot: string;
  /** The slot's own id, the stem of its job ids. */
  id: string;
  generation: number;
  /** Negative where it is late. */
  dueInMs: number;
}

export interface EndingConsent {
  workspace: string;
  connectionId: string;
  slot: string;
  /** Which of the lead times has begun: 1 for the longest. */
  announcement: number;
}

export interface OpenJob {
  workspace: string;
  kind: 'revocation' | 'freeze';
  id: string;
}

export interface Located {
  workspace: string;
  id: string;
}

/** What providers are told in turn by: an integration, and with it a client at a provider. */
export interface TellingLane {
  workspace: string;
  integration: string;
}

export interface ClaimedItem extends TellingLane {
  id: string;
}

/** Whom revocations are told to in turn. */
export interface SubscriberLane {
  workspace: string;
  subscriber: string;
}

export interface ClaimedDelivery extends SubscriberLane {
  event: string;
  /** How often in a row its subscriber could not be told. */
  failures: number;
}

/**
 * The few questions that look across workspaces, each a SECURITY DEFINER function that answers ids and the
 * workspace; everything after that runs inside the workspace.
 */
@Injectable()
export class Directory {
  constructor(private readonly database: Database) {}

  /** API keys by SHA-256; expired and revoked ones are not found. */
  async findApiKeys(hashes: readonly Buffer[]): Promise<FoundKey[]> {
    return this.database.prepared<FoundKey>(
      'find_api_keys',
      `SELECT key_hash AS "keyHash", workspace_id AS workspace, id, name, scopes, suspended, expires_at AS "expiresAt",
              allowed_addresses AS "allowedAddresses", person_id AS person
       FROM find_api_keys_in_use($1)`,
      [hashes],
    );
  }

  /** What a workspace trusts of an issuer. */
  async findWorkloadIdentities(workspace: string, issuer: string): Promise<FoundWorkloadIdentity[]> {
    return this.database.prepared<FoundWorkloadIdentity>(
      'find_workload_identities',
      `SELECT id, claims, scopes, jwks, person_id AS person, suspended FROM find_workload_identities($1, $2)`,
      [workspace, issuer],
    );
  }

  async findIntegration(id: string): Promise<Located | undefined> {
    return this.first(`SELECT workspace_id AS workspace, id FROM find_integration($1)`, [id]);
  }

  /** By SHA-256 of the token in the connect link. */
  async findConnectSession(tokenHash: Buffer): Promise<Located | undefined> {
    return this.first(`SELECT workspace_id AS workspace, id FROM find_connect_session($1)`, [tokenHash]);
  }

  /** By SHA-256 of `state`. */
  async findAuthorizationRequest(stateHash: Buffer): Promise<Located | undefined> {
    return this.first(`SELECT workspace_id AS workspace, id FROM find_authorization_request($1)`, [
      stateHash,
    ]);
  }

  /** By SHA-256 of the token in the invitation's link. */
  async findInvitation(tokenHash: Buffer): Promise<Located | undefined> {
    return this.first(`SELECT workspace_id AS workspace, id FROM find_invitation($1)`, [tokenHash]);
  }

  /** Approvals that nobody decided in time. */
  async listLapsedApprovals(batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id FROM list_lapsed_approvals($1)`,
      [batch],
    );
  }

  /** Claims slots due within the horizon under a queue epoch; of those that are late, no more than `backlog`. */
  async claimDueSlots(horizonMs: number, epoch: string, batch: number, backlog = batch): Promise<DueSlot[]> {
    return this.database.acrossWorkspaces<DueSlot>(
      `SELECT workspace_id AS workspace, connection_id AS "connectionId", slot, id, generation, due_in_ms AS "dueInMs"
       FROM claim_due_slots($1 * interval '1 ms', $2, $3, $4)`,
      [horizonMs, epoch, batch, backlog],
    );
  }

  async listOverdueAttempts(batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id FROM list_overdue_attempts($1)`,
      [batch],
    );
  }

  async listOutboxWorkspaces(
    batch: number,
  ): Promise<{ workspace: string; unpositioned: boolean; unpublished: boolean }[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, unpositioned, unpublished FROM list_outbox_workspaces($1)`,
      [batch],
    );
  }

  /** Workspaces with events that this consumer has not seen. */
  async listWorkspacesWithNews(consumer: string): Promise<string[]> {
    const rows = await this.database.acrossWorkspaces<{ workspace: string }>(
      `SELECT workspace_id AS workspace FROM list_workspaces_with_news($1)`,
      [consumer],
    );
    return rows.map((row) => row.workspace);
  }

  /**
   * Takes items that are to be told or verified, and that nobody has, for `leaseMs`: of each lane as many as are missing
   * to `share`, and of those that want to be left alone none.
   */
  async claimRevocationItems(
    busy: readonly (TellingLane & { count: number })[],
    { share, batch, leaseMs }: { share: number; batch: number; leaseMs: number },
  ): Promise<ClaimedItem[]> {
    return this.database.acrossWorkspaces<ClaimedItem>(
      `SELECT workspace_id AS workspace, integration_id AS integration, id
       FROM claim_revocation_items($1, $2, $3, $4, $5, $6 * interval '1 ms')`,
      [
        busy.map(({ workspace }) => workspace),
        busy.map(({ integration }) => integration),
        busy.map(({ count }) => count),
        share,
        batch,
        leaseMs,
      ],
    );
  }

  /** Items whose refresh token is to be spent, to see that it is dead. */
  async listWantedProbes(batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id FROM list_wanted_probes($1)`,
      [batch],
    );
  }

  /** A stream by its id alone, as its push address names it. */
  async findSecurityEventStream(id: string): Promise<Located | undefined> {
    return this.first(`SELECT workspace_id AS workspace, id FROM find_security_event_stream($1)`, [id]);
  }

  /** Security events that were received and not processed. */
  async listDueSecurityEvents(batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id FROM list_due_security_events($1)`,
      [batch],
    );
  }

  async listDueSecurityEventPolls(batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id FROM list_due_security_event_polls($1)`,
      [batch],
    );
  }

  /** The workspaces that hold, or held, tokens of these fingerprints. */
  async findTokenWorkspaces(fingerprints: readonly Buffer[]): Promise<string[]> {
    const rows = await this.database.acrossWorkspaces<{ workspace: string }>(
      `SELECT workspace_id AS workspace FROM find_token_workspaces($1) ORDER BY 1`,
      [fingerprints],
    );
    return rows.map((row) => row.workspace);
  }

  async listDueLeakReports(batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id FROM list_due_leak_reports($1)`,
      [batch],
    );
  }

  /** Revocations and freezes of many connections that are not at their end. */
  async listOpenJobs(batch: number): Promise<OpenJob[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, kind, id FROM list_open_jobs($1)`,
      [batch],
    );
  }

  /** Workspaces with subscribers of security events, and with events that this consumer has not seen. */
  async listTransmittingWorkspaces(consumer: string): Promise<string[]> {
    const rows = await this.database.acrossWorkspaces<{ workspace: string }>(
      `SELECT workspace_id AS workspace FROM list_transmitting_workspaces($1)`,
      [consumer],
    );
    return rows.map(({ workspace }) => workspace);
  }

  /** Takes what subscribers are to be told, as claimRevocationItems does. Of one that was down until now, one. */
  async claimSecurityEventDeliveries(
    busy: readonly (SubscriberLane & { count: number })[],
    { share, batch, leaseMs }: { share: number; batch: number; leaseMs: number },
  ): Promise<ClaimedDelivery[]> {
    return this.database.acrossWorkspaces<ClaimedDelivery>(
      `SELECT workspace_id AS workspace, subscriber_id AS subscriber, event_id AS event, failures
       FROM claim_security_event_deliveries($1, $2, $3, $4, $5, $6 * interval '1 ms')`,
      [
        busy.map(({ workspace }) => workspace),
        busy.map(({ subscriber }) => subscriber),
        busy.map(({ count }) => count),
        share,
        batch,
        leaseMs,
      ],
    );
  }

  /** Deletes deliveries that ended so many days ago; answers how many. */
  async deleteOldSecurityEventDeliveries(days: number, batch: number): Promise<number> {
    const [row] = await this.database.acrossWorkspaces<{ deleted: number }>(
      `SELECT delete_old_security_event_deliveries(make_interval(days => $1), $2) AS deleted`,
      [days, batch],
    );
    return row!.deleted;
  }

  /** Pending connections that nobody confirmed in time; `expired` is what becomes of them. */
  async listUnconfirmedConnections(batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id FROM list_unconfirmed_connections($1)`,
      [batch],
    );
  }

  /** Connections whose tokens have all expired and cannot be renewed. */
  async listLapsedConnections(batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id FROM list_lapsed_connections($1)`,
      [batch],
    );
  }

  /** Consents that end within a lead time that was not announced yet; leads longest first, in days. */
  async listEndingConsents(leadDays: readonly number[], batch: number): Promise<EndingConsent[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, connection_id AS "connectionId", slot, announcement
       FROM list_ending_consents(ARRAY(SELECT make_interval(days => d) FROM unnest($1::integer[]) d), $2)`,
      [leadDays, batch],
    );
  }

  /** Deletes rows past their retention, at most `batch` a table; answers how many. */
  async deleteExpiredRows(batch: number): Promise<number> {
    const [row] = await this.database.acrossWorkspaces<{ deleted: number }>(
      `SELECT delete_expired_rows($1) AS deleted`,
      [batch],
    );
    return row!.deleted;
  }

  /** Deletes closed attempts that began so many days ago, and of which nothing is landed; answers how many. */
  async deleteOldAttempts(days: number, batch: number): Promise<number> {
    const [row] = await this.database.acrossWorkspaces<{ deleted: number }>(
      `SELECT delete_old_attempts(make_interval(days => $1), $2) AS deleted`,
      [days, batch],
    );
    return row!.deleted;
  }

  /** Deletes fingerprints of dead tokens that were superseded so many days ago; answers how many. */
  async deleteSupersededTokenSets(days: number, batch: number): Promise<number> {
    const [row] = await this.database.acrossWorkspaces<{ deleted: number }>(
      `SELECT delete_superseded_token_sets(make_interval(days => $1), $2) AS deleted`,
      [days, batch],
    );
    return row!.deleted;
  }

  /** Workspaces whose reaper's time has come. */
  async listDueReapers(batch: number): Promise<string[]> {
    const rows = await this.database.acrossWorkspaces<{ workspace: string }>(
      `SELECT workspace_id AS workspace FROM list_due_reapers($1)`,
      [batch],
    );
    return rows.map(({ workspace }) => workspace);
  }

  /** How long ago the newest reads were written down; null where no replica does so. */
  async readsRecordedAgoMs(): Promise<number | null> {
    const [row] = await this.database.acrossWorkspaces<{ agoMs: number | null }>(
      `SELECT (extract(epoch FROM now() - reads_recorded_until()) * 1000)::bigint AS "agoMs"`,
    );
    return row!.agoMs;
  }

  async listDueEndUserRemovals(batch: number): Promise<Located[]> {
    return this.database.acrossWorkspaces(
      `SELECT workspace_id AS workspace, id FROM list_due_end_user_removals($1)`,
      [batch],
    );
  }

  /** Deletes processed security events that came, and were issued, so many days ago; answers how many. */
  async deleteOldSecurityEvents(days: number, batch: number): Promise<number> {
    const [row] = await this.database.acrossWorkspaces<{ deleted: number }>(
      `SELECT delete_old_security_events(make_interval(days => $1), $2) AS deleted`,
      [days, batch],
    );
    return row!.deleted;
  }

  private async first(sql: string, values: unknown[]): Promise<Located | undefined> {
    return (await this.database.acrossWorkspaces<Located>(sql, values))[0];
  }
}
