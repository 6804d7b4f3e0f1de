import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { DatabaseUnavailableError } from './database-errors.js';
import type { ConnectionState } from '#oauth';
import type { IntegrationState } from './entities/integration.entity.js';
import { GroupedCalls } from './grouped-calls.js';
import { auditRow, type AuditRecord } from './repositories/audit.repository.js';
import { newId } from './new-id.js';
import type { NewTokenSet } from './repositories/token-set.repository.js';
import type { SlotLife } from './repositories/slot.repository.js';

export interface SlotKey {
  workspace: string;
  connection: string;
  slot: string;
}

/** Everything that a refresh sets out from. Durations in ms by the database's clock. */
export interface LoadedSlot {
  workspace: string;
  connection: string;
  slot: string;
  state: ConnectionState;
  grantType: string;
  endUserId: string | null;
  scopesRequested: string[];
  scopesGranted: string[];
  resource: string[];
  integration: string;
  provider: string;
  integrationState: IntegrationState;
  pausedReason: string | null;
  clientId: string | null;
  tokenEndpointAuthMethod: string;
  refreshPolicy: 'ahead' | 'on_demand';
  settings: Record<string, unknown>;
  limits: { concurrency?: number; requests_per_second?: number };
  /** Newest first. */
  secretIds: string[] | null;
  secrets: Buffer[] | null;
  generation: number;
  fence: number;
  leased: boolean;
  openAttempt: string | null;
  failures: number;
  expiresAt: Date | null;
  throttledMs: number;
  sealedAccessToken: Buffer | null;
  sealedRefreshToken: Buffer | null;
  remainingMs: number | null;
  lifetimeMs: number | null;
}

export interface NewIntent extends SlotKey {
  id: string;
  generation: number;
  /** As it was loaded. */
  fence: number;
  trigger: string;
  leaseMs: number;
  deadlineMs: number;
}

export interface Promotion extends SlotKey {
  attempt: string;
  generation: number;
  fence: number;
  set: Omit<NewTokenSet, 'connectionId' | 'slot' | 'generation' | 'expiresInMs' | 'broughtBy'>;
  life: SlotLife;
  audit: AuditRecord;
  eventData: Record<string, unknown>;
}

/** In flight at once, each with its own connection; more only make smaller groups. */
const concurrency = 2;
const maximum = 64;

/** The three commits of a refresh, grouped over the refreshes that run at once. */
@Injectable()
export class RefreshCalls {
  private readonly loads: GroupedCalls<SlotKey, LoadedSlot>;
  private readonly begins: GroupedCalls<NewIntent & { worker: string }, { fence: number }>;
  private readonly landings: GroupedCalls<
    { workspace: string; attempt: string; sealed: Buffer },
    { id: string }
  >;
  private readonly promotions: GroupedCalls<Promotion, { generation: number }>;

  constructor(private readonly database: Database) {
    const options = {
      concurrency,
      maximum,
      mayRetryAlone: (error: unknown) => !(error instanceof DatabaseUnavailableError),
    };
    this.loads = new GroupedCalls((keys) => this.loadAll(keys), options);
    this.begins = new GroupedCalls((intents) => this.beginAll(intents), options);
    this.landings = new GroupedCalls((answers) => this.landAll(answers), options);
    this.promotions = new GroupedCalls((promotions) => this.promoteAll(promotions), options);
  }

  load(key: SlotKey): Promise<LoadedSlot | undefined> {
    return this.loads.call(key);
  }

  /** T1: the new fence; undefined where the slot is not as it was loaded any more. */
  async begin(worker: string, intent: NewIntent): Promise<number | undefined> {
    return (await this.begins.call({ ...intent, worker }))?.fence;
  }

  /** False where the attempt is gone, with its connection. */
  async land(workspace: string, attempt: string, sealed: Buffer): Promise<boolean> {
    return (await this.landings.call({ workspace, attempt, sealed })) !== undefined;
  }

  /** T2 of a connection whose state does not change by it: the new generation. Undefined: it takes a closer look. */
  async promote(promotion: Promotion): Promise<number | undefined> {
    return (await this.promotions.call(promotion))?.generation;
  }

  private async loadAll(keys: SlotKey[]): Promise<(LoadedSlot | undefined)[]> {
    const rows = await this.database.prepared<LoadedSlot>('load_refresh_slots', LOAD, [
      chunked(keys, ({ connection, slot }) => ({ connection, slot })),
    ]);
    const found = new Map(rows.map((row) => [keyOf(row), row]));
    return keys.map((key) => found.get(keyOf(key)));
  }

  private async beginAll(
    intents: (NewIntent & { worker: string })[],
  ): Promise<({ fence: number } | undefined)[]> {
    const rows = await this.database.prepared<{ id: string; fence: number }>(
      'begin_refresh_attempts',
      BEGIN,
      [
        intents[0]!.worker,
        chunked(intents, ({ id, connection, slot, generation, fence, trigger, leaseMs, deadlineMs }) => ({
          ...{ id, connection, slot, generation, fence, trigger },
          lease_ms: leaseMs,
          deadline_ms: deadlineMs,
        })),
      ],
    );
    const begun = new Map(rows.map((row) => [row.id, row]));
    return intents.map(({ id }) => begun.get(id));
  }

  private async landAll(
    answers: { workspace: string; attempt: string; sealed: Buffer }[],
  ): Promise<({ id: string } | undefined)[]> {
    const rows = await this.database.prepared<{ id: string }>('land_answers', LAND, [
      chunked(answers, ({ attempt, sealed }) => ({ attempt, answer: hex(sealed) })),
    ]);
    const landed = new Map(rows.map((row) => [row.id, row]));
    return answers.map(({ attempt }) => landed.get(attempt));
  }

  private async promoteAll(promotions: Promotion[]): Promise<({ generation: number } | undefined)[]> {
    const rows = await this.database.prepared<{ attempt: string; generation: number }>(
      'promote_refresh_attempts',
      PROMOTE,
      [chunked(promotions, itemOf)],
    );
    const promoted = new Map(rows.map((row) => [row.attempt, row]));
    return promotions.map(({ attempt }) => promoted.get(attempt));
  }
}

function itemOf(promotion: Promotion): Record<string, unknown> {
  const { workspace, attempt, connection, slot, generation, fence, set, life, audit, eventData } = promotion;
  const row = auditRow(workspace, audit);
  return {
    ...{ attempt, connection, slot, generation, fence, scope: set.scope, token_type: set.tokenType },
    sealed_access_token: hex(set.sealedAccessToken),
    sealed_refresh_token: hex(set.sealedRefreshToken),
    access_token_fingerprint: hex(set.accessTokenFingerprint),
    refresh_token_fingerprint: hex(set.refreshTokenFingerprint),
    expires_in_ms: life.expiresInMs,
    refresh_token_expires_in_ms: life.refreshTokenExpiresInMs,
    keeps_refresh_token: life.keepsRefreshToken ?? false,
    due_in_ms: life.dueInMs,
    reauthorize_in_ms: life.reauthorizeInMs ?? null,
    audit_id: row.id,
    audit_at: row.at.toISOString(),
    actor_type: audit.actor.type,
    actor_id: audit.actor.id,
    audit_entry: hex(row.entry),
    audit_hash: hex(row.hash),
    event_id: newId('evt'),
    event_data: JSON.stringify(eventData),
  };
}

/** A chunk a workspace: row-level security sees one at a time. */
function chunked<I extends { workspace: string }>(inputs: I[], item: (input: I) => unknown): string[] {
  const chunks = new Map<string, unknown[]>();
  for (const input of inputs) {
    const items = chunks.get(input.workspace);
    if (items) items.push(item(input));
    else chunks.set(input.workspace, [item(input)]);
  }
  return [...chunks].map(([workspace, items]) => JSON.stringify({ workspace, items }));
}

function keyOf({ workspace, connection, slot }: SlotKey): string {
  return `${workspace} ${connection} ${slot}`;
}

/** As Postgres reads a bytea. */
function hex(bytes: Buffer | null): string | null {
  return bytes && `\\x${bytes.toString('hex')}`;
}

const LOAD = `SELECT workspace_id AS workspace, connection_id AS connection, slot, state, grant_type AS "grantType",
  end_user_id AS "endUserId", scopes_requested AS "scopesRequested", scopes_granted AS "scopesGranted", resource,
  integration_id AS integration, provider, integration_state AS "integrationState", paused_reason AS "pausedReason",
  client_id AS "clientId", token_endpoint_auth_method AS "tokenEndpointAuthMethod", refresh_policy AS "refreshPolicy",
  settings, limits, secret_ids AS "secretIds", secrets, generation, fence, leased, open_attempt_id AS "openAttempt", failures,
  expires_at AS "expiresAt", throttled_ms AS "throttledMs", sealed_access_token AS "sealedAccessToken",
  sealed_refresh_token AS "sealedRefreshToken", remaining_ms AS "remainingMs", lifetime_ms AS "lifetimeMs"
  FROM load_refresh_slots($1)`;
const BEGIN = `SELECT id, fence FROM begin_refresh_attempts($1, $2)`;
const LAND = `SELECT id FROM land_answers($1)`;
const PROMOTE = `SELECT attempt, generation FROM promote_refresh_attempts($1)`;
