import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Streams of security events, what was received on them, and how the people that they name are found. */
export class CreateSecurityEvents1763683200012 implements MigrationInterface {
  readonly name = 'CreateSecurityEvents1763683200012';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, [...streams, ...received, ...subjects]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP INDEX connection_subject`,
      `DROP INDEX connection_end_user_email`,
      `DROP FUNCTION list_due_security_events(integer)`,
      `DROP TABLE security_event`,
      `DROP FUNCTION list_due_security_event_polls(integer)`,
      `DROP FUNCTION find_security_event_stream(text)`,
      `DROP TABLE security_event_stream`,
    ]);
  }
}

const streams = [
  `CREATE TABLE security_event_stream (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     name text NOT NULL,
     issuer text NOT NULL,
     audience text[] NOT NULL,
     delivery text NOT NULL CHECK (delivery IN ('push', 'poll')),
     authorization_hash bytea NOT NULL,
     poll_endpoint text,
     sealed_poll_authorization bytea,
     poll_due_at timestamptz,
     jwks_uri text,
     jwks jsonb,
     events text[],
     policies jsonb NOT NULL,
     transmitter jsonb,
     sealed_management_token bytea,
     verification_state text,
     verified_at timestamptz,
     transmitter_status text,
     last_error text,
     created_at timestamptz NOT NULL DEFAULT now(),
     version integer NOT NULL DEFAULT 1,
     PRIMARY KEY (workspace_id, id),
     CHECK (poll_due_at IS NULL OR poll_endpoint IS NOT NULL)
   )`,
  `CREATE UNIQUE INDEX security_event_stream_id ON security_event_stream (id)`,
  `CREATE INDEX security_event_stream_poll_due ON security_event_stream (poll_due_at) WHERE delivery = 'poll'`,
  ...isolateByWorkspace('security_event_stream'),
  ...allowDefiner('security_event_stream', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE, DELETE ON security_event_stream TO evergrant_revocation_audit`,
  ...definerFunction(
    'find_security_event_stream(text)',
    `CREATE FUNCTION find_security_event_stream(stream text) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT s.workspace_id, s.id FROM security_event_stream s WHERE s.id = stream
     $$`,
    'evergrant_revocation_audit',
  ),
  ...definerFunction(
    'list_due_security_event_polls(integer)',
    `CREATE FUNCTION list_due_security_event_polls(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT s.workspace_id, s.id FROM security_event_stream s
       WHERE s.delivery = 'poll' AND s.poll_due_at <= now() ORDER BY s.poll_due_at LIMIT batch
     $$`,
    'evergrant_revocation_audit',
  ),
];

const received = [
  // Rows stay after they are processed: a jti that comes a second time must be known.
  `CREATE TABLE security_event (
     workspace_id text NOT NULL,
     id text NOT NULL,
     stream_id text NOT NULL,
     jti text NOT NULL,
     issued_at timestamptz NOT NULL,
     subject jsonb,
     events jsonb NOT NULL,
     state text NOT NULL CHECK (state IN ('pending', 'processed')),
     attempts integer NOT NULL DEFAULT 0,
     due_at timestamptz,
     received_at timestamptz NOT NULL DEFAULT now(),
     processed_at timestamptz,
     outcome jsonb,
     PRIMARY KEY (workspace_id, id),
     FOREIGN KEY (workspace_id, stream_id) REFERENCES security_event_stream ON DELETE CASCADE
   )`,
  `CREATE UNIQUE INDEX security_event_jti ON security_event (workspace_id, stream_id, jti)`,
  `CREATE INDEX security_event_due ON security_event (due_at) WHERE state = 'pending'`,
  ...isolateByWorkspace('security_event'),
  ...allowDefiner('security_event', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON security_event TO evergrant_revocation_audit`,
  ...definerFunction(
    'list_due_security_events(integer)',
    `CREATE FUNCTION list_due_security_events(batch integer) RETURNS TABLE (workspace_id text, id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT e.workspace_id, e.id FROM security_event e
       WHERE e.state = 'pending' AND e.due_at <= now() ORDER BY e.due_at LIMIT batch
     $$`,
    'evergrant_revocation_audit',
  ),
];

const subjects = [
  `CREATE INDEX connection_end_user_email ON connection (workspace_id, lower(end_user_email))
     WHERE end_user_email IS NOT NULL`,
  `CREATE INDEX connection_subject ON connection (workspace_id, subject) WHERE subject IS NOT NULL`,
];
