import { demoProviders } from './demo-words.js';

/** What the statements of a demo have in common. */
export interface DemoContext {
  workspace: string;
  /** Of each of `demoProviders`. */
  integrations: string[];
  connections: number;
  renewals: number;
  audit: number;
  /** What falls due later is scheduled. */
  dueAfter: Date | 'infinity';
}

/** Makes what has the numbers $2 to $3, in workspace $1; from $4 on are the values. */
export interface DemoStatement {
  title: string;
  sql: string;
  total: (context: DemoContext) => number;
  values?: (context: DemoContext) => unknown[];
}

const consentDays = `(ARRAY[${demoProviders.map(({ consentDays: days }) => days ?? 'NULL').join(',')}]::integer[])`;
const living = `pg_temp.state(n) IN ('active', 'degraded')`;

const CONNECTIONS = `INSERT INTO connection (workspace_id, id, integration_id, provider, grant_type, end_user_id,
    end_user_email, end_user_name, subject, state, return_state, reason, scopes_requested, scopes_granted, resource,
    tags, created_at, updated_at, authorized_at)
  SELECT $1, pg_temp.connection_id(n), ($4::text[])[pg_temp.nth(n)], pg_temp.provider(n), 'authorization_code', 'user-' || n,
    lower(replace(pg_temp.person(n), ' ', '.')) || '.' || n || '@example.com', pg_temp.person(n), 'demo-' || n,
    pg_temp.state(n), CASE WHEN pg_temp.state(n) IN ('paused', 'quarantined') THEN 'active' END, pg_temp.reason(n),
    '{profile,read,write}', CASE WHEN pg_temp.draw(n, 6) % 20 = 0 THEN '{profile,read}'::text[] ELSE '{profile,read,write}' END,
    '{}', jsonb_build_object('plan', (ARRAY['free','free','free','pro','enterprise'])[1 + pg_temp.draw(n, 14) % 5],
      'region', (ARRAY['eu','us'])[1 + pg_temp.draw(n, 15) % 2]),
    pg_temp.made_at(n), coalesce((pg_temp.reason(n) ->> 'at')::timestamptz, pg_temp.made_at(n)), pg_temp.made_at(n)
  FROM generate_series($2::bigint, $3::bigint) n`;

// Announced already, or the workers of a running system would tell of every consent that ends.
const SLOTS = `INSERT INTO connection_slot (workspace_id, connection_id, slot, id, generation, expires_at, refresh_due_at,
    renew_every_ms, refreshed_at, failures, reauthorize_by, announcements)
  SELECT $1, pg_temp.connection_id(n), 'default', pg_temp.demo_id('slt', pg_temp.made_at(n), n), pg_temp.generation(n),
    ends.at, CASE WHEN ${living} AND ends.at - pg_temp.life(n) * 0.2 > $4::timestamptz
      THEN ends.at - pg_temp.life(n) * 0.2 END,
    (extract(epoch FROM pg_temp.life(n)) * 800)::bigint, ends.at - pg_temp.life(n),
    CASE WHEN pg_temp.state(n) = 'degraded' THEN 3 ELSE 0 END,
    now() + interval '1 day' * (${consentDays}[pg_temp.nth(n)] * pg_temp.draw(n, 8) / 1000000.0), 32767
  FROM generate_series($2::bigint, $3::bigint) n CROSS JOIN LATERAL (SELECT pg_temp.ends_at(n) AS at) ends`;

const SETS = `INSERT INTO token_set (workspace_id, connection_id, slot, generation, sealed_access_token,
    sealed_refresh_token, access_token_fingerprint, refresh_token_fingerprint, token_type, scope, issued_at, expires_at)
  SELECT $1, pg_temp.connection_id(n), 'default', pg_temp.generation(n), 'demo: sealed by nobody', 'demo: sealed by nobody',
    sha256(convert_to('demo access ' || $1 || n, 'UTF8')), sha256(convert_to('demo refresh ' || $1 || n, 'UTF8')), 'Bearer',
    'profile read write', ends.at - pg_temp.life(n), ends.at
  FROM generate_series($2::bigint, $3::bigint) n CROSS JOIN LATERAL (SELECT pg_temp.ends_at(n) AS at) ends`;

const USAGE = `INSERT INTO connection_usage (workspace_id, connection_id, reads, last_read_at)
  SELECT $1, pg_temp.connection_id(n), 1 + pg_temp.draw(n, 11) % 5000,
    greatest(pg_temp.made_at(n), now() - interval '1 second' * power(pg_temp.draw(n, 12), 1.1))
  FROM generate_series($2::bigint, $3::bigint) n WHERE pg_temp.draw(n, 13) % 5 > 0`;

const total = ({ connections }: DemoContext): number => connections;

export const connectionStatements: DemoStatement[] = [
  { title: 'connections', sql: CONNECTIONS, total, values: ({ integrations }) => [integrations] },
  { title: 'slots', sql: SLOTS, total, values: ({ dueAfter }) => [dueAfter] },
  { title: 'token sets', sql: SETS, total },
  { title: 'reads', sql: USAGE, total },
];
