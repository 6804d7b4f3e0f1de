import { createHash, randomBytes } from 'node:crypto';
import { withConnection } from '#embedded';
import { seedConnection, seedWorkspace, type TestDatabase } from '#testing';

/** What a workspace holds of everything that a path can name. */
export interface Holdings {
  workspace: string;
  integration: string;
  connection: string;
  end_user_id: string;
  connect_session: string;
  api_key: string;
  workload_identity: string;
  revocation: string;
  freeze: string;
  invitation: string;
  approval: string;
  security_event_stream: string;
  security_event_subscriber: string;
  person: string;
  session: string;
}

export type Sql = Pick<TestDatabase, 'query'>;

const id = (prefix: string) => `${prefix}_${randomBytes(16).toString('hex')}`;
const hash = (text: string) => createHash('sha256').update(text).digest();

/** Asks a Postgres as its superuser, who sees through row-level security. */
export function sqlOf(url: string): Sql {
  return {
    query: <Row extends object>(sql: string, values: unknown[] = []) =>
      withConnection(url, async (client) => (await client.query<Row>(sql, values)).rows),
  };
}

/** A key with these scopes. */
export async function seedKey(sql: Sql, workspace: string, ...scopes: string[]): Promise<string> {
  return (await seedWorkspace(sql as TestDatabase, { workspace, scopes })).apiKey;
}

/** People with a role, each signed in once: the secrets of their cookies. */
export async function seedPeople(
  sql: Sql,
  workspace: string,
  role: string,
  { count = 1, signedInMinutesAgo = 0 } = {},
): Promise<{ person: string; session: string; secret: string }[]> {
  const people = Array.from({ length: count }, () => ({
    person: id('usr'),
    session: id('ses'),
    secret: randomBytes(32).toString('base64url'),
  }));
  const ids = people.map(({ person }) => person);
  await sql.query(
    `INSERT INTO person (id, issuer, subject, email, email_verified, name)
     SELECT id, 'test', id, id || '@example.com', true, $2 FROM unnest($1::text[]) AS p (id)`,
    [ids, role],
  );
  await sql.query(
    `INSERT INTO member (workspace_id, person_id, role, source)
     SELECT $1, id, $2, 'invitation' FROM unnest($3::text[]) AS p (id)`,
    [workspace, role, ids],
  );
  await sql.query(
    `INSERT INTO session (secret_hash, id, person_id, issuer, authenticated_at, idle_seconds, expires_at, address)
     SELECT hash, id, person, 'test', now() - make_interval(mins => $4), 3600, now() + interval '1 hour', '127.0.0.1'
     FROM unnest($1::bytea[], $2::text[], $3::text[]) AS s (hash, id, person)`,
    [people.map(({ secret }) => hash(secret)), people.map(({ session }) => session), ids, signedInMinutesAgo],
  );
  return people;
}

/** A workspace with one of everything. */
export async function seedHoldings(sql: Sql): Promise<Holdings> {
  const endUser = id('usr');
  const { workspace, integration, connection } = await seedConnection(sql as TestDatabase, { endUser });
  const [key] = await sql.query<{ id: string }>(`SELECT id FROM api_key WHERE workspace_id = $1`, [
    workspace,
  ]);
  const [admin] = await seedPeople(sql, workspace, 'admin');
  const { person, session } = admin!;
  const others = {
    connect_session: id('cse'),
    workload_identity: id('wid'),
    revocation: id('rev'),
    freeze: id('frz'),
    invitation: id('inv'),
    approval: id('apr'),
    security_event_stream: id('sst'),
    security_event_subscriber: id('ssb'),
  };
  await sql.query(
    `INSERT INTO connect_session (workspace_id, id, integration_id, token_hash, state, end_user_id, scopes, resource,
       confirmation, created_by, expires_at)
     VALUES ($1, $2, $3, $4, 'open', 'user-1', '{}', '{}', true, '{"type": "service", "id": "test"}', now() + interval '30 minutes')`,
    [workspace, others.connect_session, integration, hash(others.connect_session)],
  );
  await sql.query(
    `INSERT INTO workload_identity (workspace_id, id, name, issuer, claims, scopes)
     VALUES ($1, $2, 'deploys', 'https://issuer.example', '{"sub": "deploy"}', '{tokens:read}')`,
    [workspace, others.workload_identity],
  );
  await sql.query(
    `INSERT INTO revocation (workspace_id, id, connection_id, reason, requested_by)
     VALUES ($1, $2, $3, 'test', '{"type": "service", "id": "test"}')`,
    [workspace, others.revocation, connection],
  );
  await sql.query(
    `INSERT INTO connection_freeze (workspace_id, id, selector, reason, requested_by, state, total)
     VALUES ($1, $2, '{}', 'test', '{"type": "service", "id": "test"}', 'frozen', 0)`,
    [workspace, others.freeze],
  );
  await sql.query(
    `INSERT INTO invitation (workspace_id, id, email, role, token_hash, invited_by, expires_at)
     VALUES ($1, $2, 'new@example.com', 'viewer', $3, '{"type": "user", "id": "test"}', now() + interval '1 day')`,
    [workspace, others.invitation, hash(others.invitation)],
  );
  await sql.query(
    `INSERT INTO security_event_stream (workspace_id, id, name, issuer, audience, delivery, authorization_hash, policies)
     VALUES ($1, $2, 'test', 'https://issuer.example', '{us}', 'push', $3, '{}')`,
    [workspace, others.security_event_stream, hash(others.security_event_stream)],
  );
  await sql.query(
    `INSERT INTO security_event_subscriber (workspace_id, id, name, endpoint_url, audience, subject_format)
     VALUES ($1, $2, 'test', 'https://subscriber.example', 'them', 'opaque')`,
    [workspace, others.security_event_subscriber],
  );
  await sql.query(
    `INSERT INTO approval (workspace_id, id, action, subject_type, subject_id, content, content_hash, reason,
       requested_by, lapses_at)
     VALUES ($1, $2, 'test', 'test', 'x', '{}', 'sha256:x', 'test', '{"type": "service", "id": "test"}', now() + interval '1 day')`,
    [workspace, others.approval],
  );
  return {
    workspace,
    integration,
    connection,
    end_user_id: endUser,
    api_key: key!.id,
    person,
    session,
    ...others,
  };
}

/** One value for all that the database holds of a workspace, table by table. */
export async function fingerprintOf(sql: Sql, workspace: string): Promise<Record<string, string>> {
  const tables = await sql.query<{ name: string; owner: string }>(
    `SELECT c.relname AS name, a.attname AS owner FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
       AND (a.attname = 'workspace_id' OR (c.relname = 'workspace' AND a.attname = 'id'))`,
  );
  const prints: Record<string, string> = {};
  for (const { name, owner } of tables) {
    const [row] = await sql.query<{ print: string }>(
      `SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), 'none') AS print FROM ${name} t WHERE ${owner} = $1`,
      [workspace],
    );
    prints[name] = row!.print;
  }
  return prints;
}
