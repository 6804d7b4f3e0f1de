import { withConnection } from '#embedded';

const revocations = 10_000;
const sessions = 10_000;
const keys = 200;
const mostItems = 100_000;

/** What stands in the lists that the owning services answer, made from the connections of a demo. All of it is over. */
export async function seedLists(url: string, workspace: string): Promise<void> {
  await withConnection(url, async (client) => {
    await client.query(`SET synchronous_commit = off`);
    await client.query(REVOCATIONS, [workspace, revocations]);
    await client.query(SELECTION, [workspace]);
    await client.query(TARGETS, [workspace, mostItems]);
    await client.query(ITEMS, [workspace]);
    await client.query(FREEZES, [workspace]);
    await client.query(SESSIONS, [workspace, sessions]);
    await client.query(KEYS, [workspace, keys]);
    await client.query('VACUUM ANALYZE');
  });
}

const numbered = (prefix: string, n = 'n') => `'${prefix}_' || lpad(${n}::text, 26, '0')`;
const asker = `'{"type": "service", "id": "bench"}'`;

const REVOCATIONS = `INSERT INTO revocation (workspace_id, id, connection_id, reason, requested_by, created_at, finished_at)
  SELECT $1, ${numbered('rev')}, id, 'a bench', ${asker}, now() - n * interval '1 minute', now()
  FROM (SELECT id, row_number() OVER () AS n FROM connection WHERE workspace_id = $1 LIMIT $2) c`;
const SELECTION = `INSERT INTO revocation (workspace_id, id, selector, reason, requested_by, total, already_dead, started_at,
    dead_at, finished_at)
  VALUES ($1, 'rev_bench', '{"provider": "google"}', 'a bench', ${asker}, 0, 0, now(), now(), now())`;
const TARGETS = `WITH hit AS (
    INSERT INTO revocation_target (workspace_id, revocation_id, connection_id, state)
    SELECT $1, 'rev_bench', id, 'killed' FROM connection WHERE workspace_id = $1 LIMIT $2 RETURNING 1)
  UPDATE revocation SET total = (SELECT count(*) FROM hit) WHERE workspace_id = $1 AND id = 'rev_bench'`;
const ITEMS = `INSERT INTO revocation_item (workspace_id, id, revocation_id, connection_id, slot, generation, state, attempts,
    verification)
  SELECT $1, ${numbered('rvi', 'row_number() OVER ()')}, 'rev_bench', connection_id, 'default', 1,
    (ARRAY['verified_dead', 'verified_dead', 'unsupported', 'failed'])[1 + (row_number() OVER ()) % 4], 1, 'not_possible'
  FROM revocation_target WHERE workspace_id = $1 AND revocation_id = 'rev_bench'`;
const FREEZES = `INSERT INTO connection_freeze (workspace_id, id, selector, reason, requested_by, state, total, lifted_at)
  SELECT $1, ${numbered('frz')}, '{"provider": "google"}', 'a bench', ${asker}, 'lifted', 0, now()
  FROM generate_series(1, 200) n`;
const SESSIONS = `INSERT INTO connect_session (workspace_id, id, integration_id, token_hash, state, end_user_id, scopes,
    resource, confirmation, created_by, created_at, expires_at)
  SELECT $1, ${numbered('cse')}, integration_id, sha256(convert_to('bench' || n, 'UTF8')),
    (ARRAY['open', 'completed', 'completed', 'failed'])[1 + n % 4], end_user_id, '{}', '{}', false, ${asker},
    now() - (20000 - n) * interval '1 second', now() + (n - 9900) * interval '1 minute'
  FROM (SELECT integration_id, end_user_id, row_number() OVER () AS n FROM connection WHERE workspace_id = $1 LIMIT $2) c`;
const KEYS = `INSERT INTO api_key (workspace_id, id, name, prefix, key_hash, scopes)
  SELECT $1, ${numbered('key')}, 'bench ' || n, 'evg_bench', sha256(convert_to('bench key' || n, 'UTF8')), '{audit:read}'
  FROM generate_series(1, $2) n`;
