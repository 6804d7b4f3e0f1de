import { choice } from './demo-functions.js';
import { demoActions, demoFailures, demoProviders } from './demo-words.js';
import type { DemoContext, DemoStatement } from './demo-connections.js';

const shares = demoFailures.map(([, , , share]) => share);
const failure = (column: 0 | 1 | 2) =>
  choice(
    'pg_temp.draw(n, 21) % 100',
    shares,
    demoFailures.map((one) =>
      typeof one[column] === 'string' ? `'${one[column]}'` : String(one[column] ?? 'NULL'),
    ),
    'NULL',
  );
const isFailed = `pg_temp.draw(n, 20) < 22000`;
/** Most take about as long as the provider usually does, a few much longer. */
const took = `interval '1 ms' * (ARRAY[${demoProviders.map(({ ms }) => ms).join(',')}])[pg_temp.nth(n)]
  * (0.6 + 0.8 * pg_temp.draw(n, 22) / 1000000.0 + 12 * power(pg_temp.draw(n, 23) / 1000000.0, 24))`;
const generation = `pg_temp.generation(n)`;

/** The renewals of the last 24 h, of the first $4 connections. */
const RENEWALS = `(SELECT n, now() - interval '24 hours' * (1 - n / $4::float) AS at, ${took} AS took
  FROM generate_series($2::bigint, $3::bigint) n WHERE pg_temp.state(n) IN ('active', 'degraded')) r`;

const ATTEMPTS = `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation,
    state, deadline, failure_class, error_code, http_status, started_at, closed_at)
  SELECT $1, pg_temp.demo_id('att', at, n), pg_temp.connection_id(n), 'default', 'demo', 'planned', ${generation},
    CASE WHEN ${isFailed} THEN ${generation} ELSE ${generation} - 1 END, CASE WHEN ${isFailed} THEN 'failed' ELSE 'promoted' END,
    at + interval '30 seconds', CASE WHEN ${isFailed} THEN ${failure(0)} END, CASE WHEN ${isFailed} THEN ${failure(1)} END,
    CASE WHEN ${isFailed} THEN ${failure(2)} END, at - took, at
  FROM ${RENEWALS}`;

const EVENTS = `INSERT INTO outbox_event (workspace_id, id, subject, type, data, occurred_at, position, published_at)
  SELECT $1, pg_temp.demo_id('evt', at, n), pg_temp.connection_id(n),
    CASE WHEN ${isFailed} THEN 'token.refresh_failed' ELSE 'token.refreshed' END,
    jsonb_strip_nulls(jsonb_build_object('connection', pg_temp.connection_id(n), 'integration', ($5::text[])[pg_temp.nth(n)],
      'provider', pg_temp.provider(n), 'end_user', 'user-' || n, 'slot', 'default', 'generation', ${generation},
      'expires_at', at + pg_temp.life(n), 'failure_class', CASE WHEN ${isFailed} THEN ${failure(0)} END,
      'error_code', CASE WHEN ${isFailed} THEN ${failure(1)} END)),
    at, n, at
  FROM ${RENEWALS}`;

const action = (column: 0 | 2 | 3) =>
  choice(
    'pg_temp.draw(n, 31) % 100',
    demoActions.map(([, share]) => share),
    demoActions.map((one) => `'${one[column]}'`),
    `'${demoActions[0][column]}'`,
  );

/** RFC 8785 of what is put together here: its members are in order, and no text of them needs an escape. */
const ENTRY = `convert_to('{"action":"' || action || '","actor":{"id":"' || actor_id || '","type":"' || actor_type ||
  '"},"at":"' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","id":"' || id ||
  '","subject":{"id":"' || subject || '","type":"connection"},"workspace":"' || $1 || '"}', 'UTF8')`;

/** Entries $2 to $3 of $4, over 90 days, of connections that there were by then. */
const AUDIT = `INSERT INTO audit_entry (workspace_id, id, at, actor_type, actor_id, action, subject_type,
    subject_id, entry, hash)
  SELECT $1, id, at, actor_type, actor_id, action, 'connection', subject, entry, sha256(entry)
  FROM (SELECT *, ${ENTRY} AS entry FROM (
    SELECT n, at, pg_temp.demo_id('aud', at, n) AS id, ${action(0)} AS action, ${action(2)} AS actor_type,
      ${action(3)} AS actor_id, pg_temp.connection_id(1 + (n * 7919) % pg_temp.made_by(at)) AS subject
    FROM (SELECT n, date_trunc('milliseconds', now() - interval '90 days' * (1 - n / $4::float)) AS at
      FROM generate_series($2::bigint, $3::bigint) n) timed) made) written ORDER BY n`;

const total = ({ renewals: count }: DemoContext): number => count;

export const eventStatements: DemoStatement[] = [
  { title: 'events', sql: EVENTS, total, values: (of) => [of.renewals, of.integrations] },
];

export const historyStatements: DemoStatement[] = [
  { title: 'attempts', sql: ATTEMPTS, total, values: (of) => [of.renewals] },
  { title: 'audit entries', sql: AUDIT, total: ({ audit }) => audit, values: (of) => [of.audit] },
];
