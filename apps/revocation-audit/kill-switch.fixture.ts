import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AssertionSigner, type Role } from '#platform';
import { eventually, type ApiClient, type TestDatabase } from '#testing';
import { expect } from '@jest/globals';
import { ConnectFixture } from '../auth-flow/connect-sessions/connect.fixture.js';
import { startRevocationAudit } from './revocation-audit.fixture.js';

export interface Seeds {
  count: number;
  provider?: string;
  endUser?: string;
  state?: string;
  scopes?: string[];
  clientId?: string;
  createdAt?: string;
  /** Without: it has no token, and nobody is to be told. */
  generation?: number;
}

/** Connections of one new integration, each with a slot, straight into the tables; answers their ids in order. */
export async function seedConnections(
  database: TestDatabase,
  workspace: string,
  seeds: Seeds,
): Promise<{ integration: string; ids: string[] }> {
  const { count, provider = 'sandbox', endUser, state = 'active', scopes = ['profile'] } = seeds;
  const { clientId = 'client', createdAt = null, generation = 1 } = seeds;
  const stem = randomUUID().replaceAll('-', '');
  const integration = `int_${stem}`;
  await database.query(
    `INSERT INTO integration (workspace_id, id, provider, name, state, client_id, token_endpoint_auth_method, scopes,
       return_urls, refresh_policy, confirmation, settings)
     VALUES ($1, $2, $3, $3, 'active', $4, 'client_secret_basic', '{profile}', '{}', 'ahead', true, '{}')`,
    [workspace, integration, provider, clientId],
  );
  const rows = await database.query<{ id: string }>(
    `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id, state, scopes_requested,
       scopes_granted, resource, created_at)
     SELECT $1, 'con_' || $2 || lpad(n::text, 6, '0'), $3, $4, 'authorization_code', coalesce($5, 'user-' || n), $6, $7, $7,
       '{}', coalesce($8::timestamptz, now()) FROM generate_series(1, $9::integer) AS n RETURNING id`,
    [workspace, stem, integration, provider, endUser ?? null, state, scopes, createdAt, count],
  );
  await database.query(
    `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at)
     SELECT workspace_id, id, 'default', 'slt_' || id, $2, now() + interval '1 hour', now() + interval '50 minutes'
     FROM connection WHERE integration_id = $1`,
    [integration, generation],
  );
  return { integration, ids: rows.map(({ id }) => id).sort() };
}

/** A member of the workspace who asks revocation-audit through admin. */
export async function personAt(
  { folder, database, workspace }: Pick<ConnectFixture, 'folder' | 'database' | 'workspace'>,
  api: ApiClient,
  role: Role,
  { signedInAt = new Date(), id = `usr_${randomUUID()}` }: { signedInAt?: Date; id?: string } = {},
): Promise<{ id: string; api: ApiClient }> {
  await database.query(
    `INSERT INTO person (id, issuer, subject, name) VALUES ($1, 'https://issuer.example', $1, 'Grace') ON CONFLICT DO NOTHING`,
    [id],
  );
  await database.query(
    `INSERT INTO member (workspace_id, person_id, role, source) VALUES ($1, $2, $3, 'invitation') ON CONFLICT DO NOTHING`,
    [workspace, id, role],
  );
  const signer = await AssertionSigner.fromFile(join(folder, 'assertion.json'), 'admin');
  const vouch = (method: string, path: string) =>
    signer.sign({
      audience: 'revocation-audit',
      ...{ workspace, role, actor: { id, name: 'Grace' }, authenticatedAt: signedInAt },
      request: { method, path },
    });
  return { id, api: api.as(vouch) };
}

export interface Preview {
  count: number;
  already_dead: number;
  unknown_connections: number;
  end_users: number;
  by_provider: {
    provider: string;
    count: number;
    revocation: string;
    kills: string | null;
    withheld: number;
  }[];
  by_integration: { integration: string; count: number; withheld: number }[];
  by_state: { state: string; count: number }[];
  sample: { connection: string }[];
}

export interface Job {
  id: string;
  state: string;
  targets: { total: number; dead: number; remaining: number; already_dead: number };
  per_second: number | null;
  approval: { id: string; state: string; content_hash: string } | null;
  items: Record<string, number>;
  dead_at: string | null;
  finished_at: string | null;
}

export interface Items {
  data: { id: string; connection: string; state: string }[];
  next_cursor: string | null;
}

/** revocation-audit beside auth-flow and a sandbox, and what an admin does with the kill switch. */
export class KillSwitchDrill {
  readonly services: NestFastifyApplication[] = [];
  api!: ApiClient;

  private constructor(readonly fixture: ConnectFixture) {}

  static async start(): Promise<KillSwitchDrill> {
    const drill = new KillSwitchDrill(await ConnectFixture.start());
    drill.api = await drill.startReplica();
    return drill;
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.close()));
    await this.fixture.stop();
  }

  async startReplica(settings: Record<string, string> = {}): Promise<ApiClient> {
    const started = await startRevocationAudit(this.fixture, settings);
    this.services.push(started.service);
    return started.api;
  }

  seed(seeds: Seeds) {
    return seedConnections(this.fixture.database, this.fixture.workspace, seeds);
  }

  async preview(selector: object, by = this.api): Promise<Preview> {
    const { status, body } = await by.post<Preview>('/v1/revocations', { selector, dry_run: true });
    expect(status).toBe(200);
    return body;
  }

  async kill(selector: object, more: object = {}, by = this.api): Promise<Job> {
    const { status, body } = await by.post<Job>('/v1/revocations', { selector, reason: 'a leak', ...more });
    expect([status, body]).toEqual([202, expect.anything()]);
    return body;
  }

  async decide(who: ApiClient, how: 'approve' | 'reject', job: Job, hash = job.approval!.content_hash) {
    return who.post<Job>(`/v1/revocations/${job.id}/${how}`, { content_hash: hash });
  }

  async find(id: string): Promise<Job> {
    return (await this.api.get<Job>(`/v1/revocations/${id}`)).body;
  }

  async reached(id: string, check: (job: Job) => void): Promise<Job> {
    return eventually(async () => {
      const job = await this.find(id);
      check(job);
      return job;
    }, 20_000);
  }

  async finished(id: string): Promise<Job> {
    return this.reached(id, ({ state }) => expect(state).toBe('finished'));
  }

  async locallyDead(id: string): Promise<Job> {
    return this.reached(id, ({ targets }) => expect(targets.remaining).toBe(0));
  }

  async statesOf(ids: readonly string[]): Promise<Record<string, number>> {
    const rows = await this.fixture.database.query<{ state: string; count: number }>(
      `SELECT state, count(*)::integer AS count FROM connection WHERE id = ANY ($1) GROUP BY 1`,
      [ids],
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }

  /** How often each connection has something: the largest, and the number of those that have it at all. */
  async timesEach(table: 'items' | 'audit' | 'events', ids: readonly string[]) {
    const of = {
      items: `SELECT connection_id AS id FROM revocation_item`,
      audit: `SELECT subject_id AS id FROM audit_entry WHERE action = 'connection.revoking'`,
      events: `SELECT subject AS id FROM outbox_event WHERE type = 'connection.revoking'`,
    };
    const [row] = await this.fixture.database.query<{ most: number; distinct: number }>(
      `SELECT max(n)::integer AS most, count(*)::integer AS distinct
       FROM (SELECT count(*) AS n FROM (${of[table]}) AS t WHERE id = ANY ($1) GROUP BY id) AS counted`,
      [ids],
    );
    return row!;
  }

  async expectEachOnce(ids: readonly string[]): Promise<void> {
    for (const table of ['items', 'audit', 'events'] as const)
      expect([table, await this.timesEach(table, ids)]).toEqual([table, { most: 1, distinct: ids.length }]);
  }
}
