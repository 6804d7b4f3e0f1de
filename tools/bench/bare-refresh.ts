import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { request, type Agent } from 'undici';

export interface BareSlot {
  workspace: string;
  connection: string;
}

type Values = unknown[];
const id = (prefix: string) => `${prefix}_${randomBytes(18).toString('hex')}`;

/** What the engine's three commits write, as somebody would who writes it down as it comes: no rule, no seal, no queue. */
export async function refreshBare(
  pool: Pool,
  sockets: Agent,
  provider: string,
  slot: BareSlot,
): Promise<void> {
  const { workspace, connection } = slot;
  const attempt = id('att');
  const generation = await transaction(pool, async (run) => {
    const [row] = await run('lease', LEASE, [workspace, connection, attempt]);
    await run('attempt', ATTEMPT, [
      workspace,
      attempt,
      connection,
      row!['fence'],
      row!['generation'],
      randomBytes(32),
    ]);
    return row!['generation'] as number;
  });
  const answer = await ask(sockets, provider);
  await pool.query({ name: 'land', text: LAND, values: [workspace, attempt, answer] });
  await transaction(pool, async (run) => {
    await run('promote', PROMOTE, [workspace, connection, generation]);
    await run('set', SET, [
      workspace,
      connection,
      generation + 1,
      randomBytes(132),
      randomBytes(132),
      randomBytes(32),
      randomBytes(32),
    ]);
    await run('erase', ERASE, [workspace, connection, generation]);
    await run('audit', AUDIT, [workspace, id('aud'), connection, randomBytes(300), randomBytes(32)]);
    await run('tell', TELL, [workspace, id('evt'), connection, JSON.stringify({ connection, generation })]);
    await run('close', CLOSE, [workspace, attempt]);
    await run('unland', UNLAND, [workspace, attempt]);
  });
}

async function ask(sockets: Agent, provider: string): Promise<Buffer> {
  const { body, statusCode } = await request(`${provider}/token`, {
    method: 'POST',
    dispatcher: sockets,
    reset: true,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: `grant_type=refresh_token&refresh_token=${randomBytes(32).toString('base64url')}`,
  });
  const answer = Buffer.from(await body.arrayBuffer());
  if (statusCode !== 200) throw new Error(`the provider answered ${statusCode}`);
  return answer;
}

type Run = (name: string, text: string, values: Values) => Promise<Record<string, unknown>[]>;

async function transaction<T>(pool: Pool, work: (run: Run) => Promise<T>): Promise<T> {
  const client: PoolClient = await pool.connect();
  try {
    await client.query('BEGIN');
    const done = await work(async (name, text, values) => (await client.query({ name, text, values })).rows);
    await client.query('COMMIT');
    return done;
  } finally {
    client.release();
  }
}

const LEASE = `UPDATE connection_slot SET fence = fence + 1, lease_owner = 'bare', open_attempt_id = $3,
  lease_until = now() + interval '20 seconds'
  WHERE workspace_id = $1 AND connection_id = $2 AND slot = 'default' RETURNING fence, generation`;
const ATTEMPT = `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence,
  base_generation, refresh_token_fingerprint, state, deadline, resolve_at)
  VALUES ($1, $2, $3, 'default', 'bare', 'planned', $4, $5, $6, 'intent', now() + interval '30 seconds',
    now() + interval '20 seconds')`;
const LAND = `INSERT INTO token_landing (workspace_id, attempt_id, state, sealed_answer) VALUES ($1, $2, 'landed', $3)`;
const PROMOTE = `UPDATE connection_slot SET generation = generation + 1, open_attempt_id = NULL, failures = 0,
  refreshed_at = now(), expires_at = now() + interval '1 hour', refresh_due_at = now() + interval '54 minutes',
  lease_owner = NULL, lease_until = NULL, claimed_epoch = NULL, claimed_until = NULL
  WHERE workspace_id = $1 AND connection_id = $2 AND slot = 'default' AND generation = $3`;
const SET = `INSERT INTO token_set (workspace_id, connection_id, slot, generation, sealed_access_token,
  sealed_refresh_token, access_token_fingerprint, refresh_token_fingerprint, token_type, scope, expires_at)
  VALUES ($1, $2, 'default', $3, $4, $5, $6, $7, 'Bearer', 'profile', now() + interval '1 hour')`;
const ERASE = `UPDATE token_set SET sealed_access_token = NULL, sealed_refresh_token = NULL
  WHERE workspace_id = $1 AND connection_id = $2 AND slot = 'default' AND generation = $3`;
const AUDIT = `INSERT INTO audit_entry (workspace_id, id, at, actor_type, actor_id, action, subject_type, subject_id,
  entry, hash) VALUES ($1, $2, now(), 'service', 'bare', 'token.refreshed', 'connection', $3, $4, $5)`;
const TELL = `INSERT INTO outbox_event (workspace_id, id, subject, type, data) VALUES ($1, $2, $3, 'token.refreshed', $4)`;
const CLOSE = `UPDATE refresh_attempt SET state = 'promoted', closed_at = clock_timestamp(), resolve_at = NULL
  WHERE workspace_id = $1 AND id = $2`;
const UNLAND = `DELETE FROM token_landing WHERE workspace_id = $1 AND attempt_id = $2`;
