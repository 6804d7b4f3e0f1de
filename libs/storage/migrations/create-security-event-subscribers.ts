import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allowDefiner, definerFunction, isolateByWorkspace } from './row-security.js';
import { runAll } from './run-all.js';

/** Who is told of revocations, what is still to be told, and the key that it is signed by. */
export class CreateSecurityEventSubscribers1763683200018 implements MigrationInterface {
  readonly name = 'CreateSecurityEventSubscribers1763683200018';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, subscribers);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, [
      `DROP FUNCTION list_due_security_event_deliveries(integer)`,
      `DROP TABLE security_event_delivery`,
      `DROP FUNCTION list_transmitting_workspaces(text)`,
      `DROP TABLE security_event_subscriber`,
      `DROP TABLE security_event_key`,
      `REVOKE SELECT ON outbox_event, event_position FROM evergrant_revocation_audit`,
      `REVOKE SELECT, INSERT, UPDATE ON consumer_cursor FROM evergrant_revocation_audit`,
    ]);
  }
}

const subscribers = [
  // It reads what was revoked, by whatever part of the system, from the events.
  `GRANT SELECT ON outbox_event, event_position TO evergrant_revocation_audit`,
  `GRANT SELECT, INSERT, UPDATE ON consumer_cursor TO evergrant_revocation_audit`,
  `CREATE TABLE security_event_key (
     workspace_id text NOT NULL REFERENCES workspace (id),
     sealed_private_key bytea NOT NULL,
     public_jwk jsonb NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id)
   )`,
  ...isolateByWorkspace('security_event_key'),
  `GRANT SELECT, INSERT ON security_event_key TO evergrant_revocation_audit`,
  `CREATE TABLE security_event_subscriber (
     workspace_id text NOT NULL REFERENCES workspace (id),
     id text NOT NULL,
     name text NOT NULL,
     endpoint_url text NOT NULL,
     audience text NOT NULL,
     subject_format text NOT NULL CHECK (subject_format IN ('opaque', 'email')),
     sealed_authorization bytea,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, id)
   )`,
  ...isolateByWorkspace('security_event_subscriber'),
  ...allowDefiner('security_event_subscriber', 'SELECT'),
  `GRANT SELECT, INSERT, DELETE ON security_event_subscriber TO evergrant_revocation_audit`,
  ...definerFunction(
    'list_transmitting_workspaces(text)',
    `CREATE FUNCTION list_transmitting_workspaces(consumer_name text) RETURNS TABLE (workspace_id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT DISTINCT s.workspace_id FROM security_event_subscriber s
       JOIN event_position p ON p.workspace_id = s.workspace_id
       LEFT JOIN consumer_cursor c ON c.workspace_id = s.workspace_id AND c.consumer = consumer_name
       WHERE p.last > coalesce(c.position, 0)
     $$`,
    'evergrant_revocation_audit',
  ),
  `CREATE TABLE security_event_delivery (
     workspace_id text NOT NULL,
     subscriber_id text NOT NULL,
     event_id text NOT NULL,
     occurred_at timestamptz NOT NULL,
     data jsonb NOT NULL,
     end_user_email text,
     state text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
     attempts integer NOT NULL DEFAULT 0,
     due_at timestamptz,
     last_error text,
     updated_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (workspace_id, subscriber_id, event_id),
     FOREIGN KEY (workspace_id, subscriber_id) REFERENCES security_event_subscriber ON DELETE CASCADE
   )`,
  `CREATE INDEX security_event_delivery_due ON security_event_delivery (due_at) WHERE state = 'pending'`,
  ...isolateByWorkspace('security_event_delivery'),
  ...allowDefiner('security_event_delivery', 'SELECT'),
  `GRANT SELECT, INSERT, UPDATE ON security_event_delivery TO evergrant_revocation_audit`,
  ...definerFunction(
    'list_due_security_event_deliveries(integer)',
    `CREATE FUNCTION list_due_security_event_deliveries(batch integer)
     RETURNS TABLE (workspace_id text, subscriber_id text, event_id text)
     LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
       SELECT d.workspace_id, d.subscriber_id, d.event_id FROM security_event_delivery d
       WHERE d.state = 'pending' AND d.due_at <= now() ORDER BY d.due_at LIMIT batch
     $$`,
    'evergrant_revocation_audit',
  ),
];
