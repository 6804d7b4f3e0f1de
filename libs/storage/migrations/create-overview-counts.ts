import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** What the overview would count for too long: kept as counts, by whoever makes the change or follows the events. */
export class CreateOverviewCounts1763683200024 implements MigrationInterface {
  readonly name = 'CreateOverviewCounts1763683200024';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...connections, ...renewals, ...lag]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION sample_lag()`,
      `DROP TABLE lag_sample`,
      `DROP FUNCTION delete_old_renewal_latencies()`,
      `DROP TABLE renewal_latency_count`,
      `DROP TABLE renewal_hour_count`,
      `DROP FUNCTION fold_connection_counts()`,
      ...countings.map(({ name }) => `DROP TRIGGER ${name} ON connection`),
      `DROP FUNCTION count_connections()`,
      `DROP TABLE connection_count`,
    ]);
  }
}

/** The statements that change how many connections are in a state, and what of each is subtracted and added. */
const countings = [
  { name: 'connection_counted_insert', event: 'INSERT', tables: 'NEW TABLE AS made' },
  { name: 'connection_counted_update', event: 'UPDATE', tables: 'OLD TABLE AS gone NEW TABLE AS made' },
  { name: 'connection_counted_delete', event: 'DELETE', tables: 'OLD TABLE AS gone' },
];

const grouped = (sign: string, table: string) =>
  `SELECT workspace_id, integration_id, provider, state, ${sign}count(*) AS n FROM ${table} GROUP BY 1, 2, 3, 4`;

/** Nothing is written where a change is not about the state: most are not. */
const write = (source: string) =>
  `INSERT INTO connection_count (workspace_id, integration_id, provider, state, count)
     SELECT workspace_id, integration_id, provider, state, sum(n) FROM (${source}) s GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0`;

const connections = [
  // Rows are added and never updated: whoever changes states at once waits for nobody. The count is their sum.
  `CREATE TABLE connection_count (
     workspace_id text NOT NULL,
     id bigint GENERATED ALWAYS AS IDENTITY,
     integration_id text NOT NULL,
     provider text NOT NULL,
     state text NOT NULL,
     count bigint NOT NULL,
     PRIMARY KEY (workspace_id, id)
   )`,
  ...isolateByWorkspace('connection_count'),
  // UPDATE: to lock rows while they are put together.
  ...allowDefiner('connection_count', 'SELECT, INSERT, UPDATE, DELETE'),
  `GRANT SELECT ON connection_count TO evergrant_admin`,
  `CREATE FUNCTION count_connections() RETURNS trigger
   LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
   BEGIN
     IF TG_OP = 'INSERT' THEN ${write(grouped('', 'made'))};
     ELSIF TG_OP = 'DELETE' THEN ${write(grouped('-', 'gone'))};
     ELSE ${write(`${grouped('', 'made')} UNION ALL ${grouped('-', 'gone')}`)};
     END IF;
     RETURN NULL;
   END $$`,
  `ALTER FUNCTION count_connections() OWNER TO evergrant_definer`,
  `REVOKE ALL ON FUNCTION count_connections() FROM PUBLIC`,
  // From here on nobody changes a connection until both the triggers and what was there are in.
  `LOCK TABLE connection IN SHARE ROW EXCLUSIVE MODE`,
  ...countings.map(
    ({ name, event, tables }) =>
      `CREATE TRIGGER ${name} AFTER ${event} ON connection REFERENCING ${tables}
       FOR EACH STATEMENT EXECUTE FUNCTION count_connections()`,
  ),
  // Of every workspace: the owner sees them only where row-level security does not bind it too.
  `ALTER TABLE connection NO FORCE ROW LEVEL SECURITY`,
  `ALTER TABLE connection_count NO FORCE ROW LEVEL SECURITY`,
  write(grouped('', 'connection')),
  `ALTER TABLE connection_count FORCE ROW LEVEL SECURITY`,
  `ALTER TABLE connection FORCE ROW LEVEL SECURITY`,
  // Puts the rows of one count together, at most ten thousand; those that somebody else is at are left to them.
  ...definerFunction(
    'fold_connection_counts()',
    `CREATE FUNCTION fold_connection_counts() RETURNS bigint
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       WITH several AS (
         SELECT workspace_id, integration_id, state FROM connection_count GROUP BY 1, 2, 3 HAVING count(*) >= 8
       ), chosen AS (
         SELECT c.workspace_id, c.id FROM connection_count c JOIN several s
           ON s.workspace_id = c.workspace_id AND s.integration_id = c.integration_id AND s.state = c.state
         LIMIT 10000 FOR UPDATE OF c SKIP LOCKED
       ), folded AS (
         DELETE FROM connection_count c USING chosen g WHERE c.workspace_id = g.workspace_id AND c.id = g.id
         RETURNING c.workspace_id, c.integration_id, c.provider, c.state, c.count
       ), kept AS (
         INSERT INTO connection_count (workspace_id, integration_id, provider, state, count)
         SELECT workspace_id, integration_id, provider, state, sum(count) FROM folded
         GROUP BY 1, 2, 3, 4 HAVING sum(count) <> 0
       ) SELECT count(*) FROM folded
     $$`,
    'evergrant_admin',
  ),
];

const renewals = [
  // outcome: 'renewed', or the class of the failure.
  `CREATE TABLE renewal_hour_count (
     workspace_id text NOT NULL REFERENCES workspace (id),
     hour timestamptz NOT NULL,
     provider text NOT NULL,
     outcome text NOT NULL,
     count bigint NOT NULL,
     PRIMARY KEY (workspace_id, hour, provider, outcome)
   )`,
  ...isolateByWorkspace('renewal_hour_count'),
  `GRANT SELECT, INSERT, UPDATE ON renewal_hour_count TO evergrant_admin`,
  // How long renewals took: n counts those of 1.1^n to 1.1^(n+1) ms, so that a percentile is right to 5 in 100.
  `CREATE TABLE renewal_latency_count (
     workspace_id text NOT NULL REFERENCES workspace (id),
     hour timestamptz NOT NULL,
     provider text NOT NULL,
     bucket smallint NOT NULL,
     count bigint NOT NULL,
     PRIMARY KEY (workspace_id, hour, provider, bucket)
   )`,
  `CREATE INDEX renewal_latency_count_hour ON renewal_latency_count (hour)`,
  ...isolateByWorkspace('renewal_latency_count'),
  ...allowDefiner('renewal_latency_count', 'SELECT, DELETE'),
  `GRANT SELECT, INSERT, UPDATE ON renewal_latency_count TO evergrant_admin`,
  ...definerFunction(
    'delete_old_renewal_latencies()',
    `CREATE FUNCTION delete_old_renewal_latencies() RETURNS void
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       DELETE FROM renewal_latency_count WHERE hour < now() - interval '8 days'
     $$`,
    'evergrant_admin',
  ),
];

const lag = [
  // Of the installation, whose workers serve all workspaces: how late what waits longest is.
  `CREATE TABLE lag_sample (
     minute timestamptz PRIMARY KEY,
     renewal_ms bigint NOT NULL,
     outbox_ms bigint NOT NULL,
     revocation_ms bigint NOT NULL
   )`,
  `GRANT SELECT ON lag_sample TO evergrant_admin`,
  `GRANT SELECT, INSERT, DELETE ON lag_sample TO evergrant_definer`,
  // Each part is one look at the beginning of an index.
  ...definerFunction(
    'sample_lag()',
    `CREATE FUNCTION sample_lag() RETURNS void
     LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       INSERT INTO lag_sample (minute, renewal_ms, outbox_ms, revocation_ms)
       SELECT date_trunc('minute', now()),
         ${late(`SELECT refresh_due_at FROM connection_slot WHERE refresh_due_at IS NOT NULL ORDER BY refresh_due_at LIMIT 1`)},
         greatest(
           ${late(`SELECT occurred_at FROM outbox_event WHERE position IS NULL ORDER BY sequence LIMIT 1`)},
           ${late(`SELECT occurred_at FROM outbox_event WHERE position IS NOT NULL AND published_at IS NULL ORDER BY sequence LIMIT 1`)}),
         ${late(`SELECT next_attempt_at FROM revocation_item WHERE state = 'pending' AND next_attempt_at IS NOT NULL ORDER BY next_attempt_at LIMIT 1`)}
       ON CONFLICT (minute) DO NOTHING;
       DELETE FROM lag_sample WHERE minute < now() - interval '1 day';
     $$`,
    'evergrant_admin',
  ),
];

function late(since: string): string {
  return `coalesce(greatest(0, extract(epoch FROM clock_timestamp() - (${since})) * 1000), 0)::bigint`;
}
