import { withConnection } from '#embedded';
import { createDatabase, seedWorkspace, type TestDatabase } from '#testing';
import { serviceRoles, type ServiceName } from './roles.js';

/** S, I, U, D by table: all that each login may do. Whoever adds a grant adds it here, and says in review why. */
const may: Record<ServiceName, string> = {
  'auth-flow': `
    anomaly_finding SI,
    anomaly_freeze SID,
    anomaly_policy SIU,
    anomaly_watch SIU,
    api_key SIU,
    audit_entry I,
    authorization_request SIUD,
    connect_session SIUD,
    connection SIUD,
    connection_reader SIU,
    connection_slot SIUD,
    connection_usage SIU,
    denied_access SIU,
    event_position S,
    idempotency_key SIUD,
    integration SIUD,
    integration_secret SID,
    outbox_event SI,
    provider_incident S,
    quarantined_connection SU,
    read_attribution SIU,
    read_attribution_replica SIUD,
    read_gap SID,
    refresh_attempt SU,
    token_landing SD,
    token_set SIUD,
    workload_identity SIUD,
    workspace SIU,
    workspace_key SI`,
  'refresh-worker': `
    audit_entry I,
    connection SU,
    connection_slot SIU,
    event_position SIU,
    integration SU,
    integration_secret S,
    outbox_event SIU,
    provider_incident SIU,
    quarantined_connection SIU,
    refresh_attempt SIU,
    refresh_worker SIU,
    restore SIU,
    revocation_item SU,
    token_landing SIUD,
    token_set SIU,
    workspace S,
    workspace_key S`,
  'revocation-audit': `
    approval SIU,
    audit_entry SI,
    connect_session SUD,
    connection SUD,
    connection_freeze SIU,
    connection_reader S,
    connection_slot SU,
    connection_usage S,
    consumer_cursor SIU,
    denied_access SIU,
    end_user_removal SIU,
    event_position S,
    freeze_target SIU,
    idempotency_key SIUD,
    integration S,
    integration_secret S,
    leak_policy SIU,
    leak_report SIU,
    outbox_event SI,
    read_gap S,
    reaper_policy SIU,
    reaper_run SI,
    refresh_attempt SU,
    report_key SI,
    revocation SIU,
    revocation_hold SIU,
    revocation_item SIU,
    revocation_target SIU,
    security_event SIU,
    security_event_delivery SIU,
    security_event_key SIUD,
    security_event_stream SIUD,
    security_event_subscriber SIUD,
    token_landing SD,
    token_set SU,
    workspace S,
    workspace_key SI`,
  admin: `
    approval SIU,
    audit_entry SI,
    connect_session S,
    connection S,
    connection_count S,
    connection_reader S,
    connection_slot S,
    connection_usage S,
    consumer_cursor SIU,
    database_beat S,
    denied_access SIU,
    event_hour_count SIU,
    event_position S,
    integration S,
    invitation SIU,
    lag_sample S,
    member SIUD,
    outbox_event SI,
    person SIU,
    person_preferences SIU,
    provider_incident SU,
    quarantined_connection S,
    read_gap S,
    refresh_attempt S,
    refresh_worker SU,
    renewal_hour_count SIU,
    renewal_latency_count SIU,
    restore S,
    revocation S,
    revocation_item S,
    saved_view SIUD,
    session SIUD,
    sign_in SID,
    token_landing S,
    token_set S,
    workspace S`,
};

const services = Object.keys(serviceRoles) as ServiceName[];
const operations = { S: 'SELECT', I: 'INSERT', U: 'UPDATE', D: 'DELETE' } as const;
type Operation = keyof typeof operations;

interface Table {
  name: string;
  /** The column that says whose a row is; null where the table belongs to no workspace. */
  owner: string | null;
  /** Columns that an INSERT must give. */
  needed: { name: string; type: string }[];
}

let database: TestDatabase;
let tables: Table[];
let mine: string;
let theirs: string;

beforeAll(async () => {
  database = await createDatabase();
  [mine, theirs] = [(await seedWorkspace(database)).workspace, (await seedWorkspace(database)).workspace];
  tables = await listTables();
  await seedEveryTable();
});
afterAll(() => database.drop());

/** Every table with a row of each workspace. What a row holds is not the question here, so its rules are dropped first. */
async function seedEveryTable(): Promise<void> {
  const rules = await database.query<{ sql: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname) AS sql FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f')`,
  );
  for (const { sql } of rules) await database.query(sql);
  for (const table of tables)
    for (const workspace of [mine, theirs])
      await database.query(`${insertInto(table, workspace)} ON CONFLICT DO NOTHING`);
}

async function listTables(): Promise<Table[]> {
  return database.query<Table>(
    `SELECT c.relname AS name,
       CASE WHEN c.relname = 'workspace' THEN 'id' WHEN bool_or(a.attname = 'workspace_id') THEN 'workspace_id' END AS owner,
       coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL)))
         FILTER (WHERE a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''), '[]') AS needed
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'schema_migration'
     GROUP BY c.relname ORDER BY c.relname`,
  );
}

let made = 0;
function insertInto({ name, owner, needed }: Table, workspace: string): string {
  const value = (column: string, type: string) => {
    if (column === owner) return `'${workspace}'`;
    made += 1;
    if (type === 'bytea') return `decode('${made.toString(16).padStart(8, '0')}', 'hex')`;
    if (type.endsWith('[]')) return `'{}'`;
    if (type.startsWith('json')) return `'{}'`;
    if (type.startsWith('timestamp')) return 'now()';
    if (type === 'boolean') return 'true';
    if (type === 'interval') return `'1 hour'`;
    return type === 'text' ? `'v${made}'` : String(made);
  };
  const columns = needed.map((column) => column.name).join(', ');
  const values = needed.map((column) => value(column.name, column.type)).join(', ');
  return `INSERT INTO ${name} (${columns}) VALUES (${values})`;
}

/** What becomes of a statement in a service's own login: its rows' owners, or the refusal's SQLSTATE. Nothing stays. */
async function attempt(service: ServiceName, workspace: string | undefined, ...statements: string[]) {
  return withConnection(database.urlOf(service), async (client) => {
    const outcomes: { refused?: string; rows: string[]; count: number }[] = [];
    for (const sql of statements) {
      await client.query('BEGIN');
      try {
        if (workspace !== undefined)
          await client.query(`SELECT set_config('evergrant.workspace', $1, true)`, [workspace]);
        const { rows, rowCount } = await client.query<{ owner?: string }>(sql);
        outcomes.push({ rows: rows.map(({ owner = '' }) => owner), count: rowCount ?? 0 });
      } catch (error) {
        outcomes.push({ refused: (error as { code: string }).code, rows: [], count: 0 });
      }
      await client.query('ROLLBACK');
    }
    return outcomes;
  });
}

function statementFor(operation: Operation, table: Table): string {
  const column = table.owner ?? table.needed[0]!.name;
  switch (operation) {
    case 'S':
      return `SELECT 1 FROM ${table.name}`;
    case 'I':
      return insertInto(table, mine);
    case 'U':
      return `UPDATE ${table.name} SET ${column} = ${column}`;
    case 'D':
      return `DELETE FROM ${table.name}`;
  }
}

const allowed = (service: ServiceName): Map<string, string> =>
  new Map(may[service].split(',').map((line) => line.trim().split(' ') as [string, string]));

const permissionDenied = '42501';

describe.each(services)("%s's login", (service) => {
  it('has the grants of the list above, and no others', async () => {
    const rows = await database.query<{ line: string }>(
      `SELECT c.relname || ' ' || string_agg(p.letter, '' ORDER BY p.position) AS line
       FROM pg_class c CROSS JOIN (VALUES ('SELECT', 'S', 1), ('INSERT', 'I', 2), ('UPDATE', 'U', 3)) AS p (privilege, letter, position)
       WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
         AND has_any_column_privilege($1, c.oid, p.privilege) GROUP BY c.relname, c.oid
       ORDER BY 1`,
      [serviceRoles[service]],
    );
    const deletes = await database.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
         AND has_table_privilege($1, oid, 'DELETE')`,
      [serviceRoles[service]],
    );
    const names = new Set(deletes.map(({ name }) => name));
    const given = rows.map(({ line }) => (names.has(line.split(' ')[0]!) ? `${line}D` : line));
    expect(given).toEqual([...allowed(service)].map((pair) => pair.join(' ')).toSorted());
  });

  it('is refused everything else, tried statement by statement', async () => {
    const granted = allowed(service);
    const forbidden = tables.flatMap((table) =>
      (Object.keys(operations) as Operation[])
        .filter((operation) => !granted.get(table.name)?.includes(operation))
        .map((operation) => statementFor(operation, table)),
    );
    expect(forbidden.length).toBeGreaterThan(30);
    const truncations = tables.map(({ name }) => `TRUNCATE ${name}`);
    const outcomes = await attempt(service, mine, ...forbidden, ...truncations);
    const slipped = [...forbidden, ...truncations].filter(
      (_, i) => outcomes[i]!.refused !== permissionDenied,
    );
    expect(slipped).toEqual([]);
  });

  it('sees no row without a workspace, and in one its own alone', async () => {
    const readable = tables.filter(({ name, owner }) => owner && allowed(service).get(name)?.includes('S'));
    const statements = readable.map(({ name, owner }) => `SELECT DISTINCT ${owner} AS owner FROM ${name}`);
    const unset = await attempt(service, undefined, ...statements);
    const set = await attempt(service, mine, ...statements);
    expect(unset.map(({ rows }) => rows)).toEqual(readable.map(() => []));
    expect(set.map(({ rows }, i) => [readable[i]!.name, rows])).toEqual(
      readable.map(({ name }) => [name, [mine]]),
    );
  });

  it("neither changes, deletes nor adds another workspace's rows", async () => {
    const granted = allowed(service);
    const owned = tables.filter(({ owner }) => owner !== null);
    const can = (operation: Operation) => owned.filter(({ name }) => granted.get(name)?.includes(operation));
    const changes = [
      ...can('U').map(
        ({ name, owner }) => `UPDATE ${name} SET ${owner} = ${owner} WHERE ${owner} = '${theirs}'`,
      ),
      ...can('D').map(({ name, owner }) => `DELETE FROM ${name} WHERE ${owner} = '${theirs}'`),
      ...can('I').map((table) => insertInto(table, theirs)),
    ];
    const outcomes = await attempt(service, mine, ...changes);
    const slipped = changes.filter((_, i) => outcomes[i]!.count > 0);
    expect(slipped).toEqual([]);
  });

  it.each([
    ['become another role', `SET ROLE evergrant_definer`],
    ['become the owner', `SET ROLE evergrant_owner`],
    ['switch row-level security off', `ALTER TABLE connection DISABLE ROW LEVEL SECURITY`],
    ['drop a policy', `DROP POLICY workspace_isolation ON connection`],
    ['make a function in the schema', `CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    ['make a table in the schema', `CREATE TABLE public.t (x int)`],
    ['grant itself more', `ALTER ROLE CURRENT_USER BYPASSRLS`],
    ['read password hashes', `SELECT rolpassword FROM pg_authid`],
    ["read the server's files", `SELECT pg_read_file('PG_VERSION')`],
    ['run a program', `COPY (SELECT 1) TO PROGRAM 'true'`],
    ['change the log of migrations', `DELETE FROM schema_migration`],
  ])('cannot %s', async (_, sql) => {
    const [outcome] = await attempt(service, mine, sql);
    expect(outcome!.refused).toBe(permissionDenied);
  });
});

/** The functions that look across workspaces, by who may call them. */
it('calls across workspaces only through the functions that are its own', async () => {
  const rows = await database.query<{ service: string; functions: string }>(
    `SELECT r.rolname AS service, string_agg(p.proname, ' ' ORDER BY p.proname) AS functions
     FROM pg_proc p CROSS JOIN pg_roles r
     WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
       AND r.rolname = ANY ($1) GROUP BY 1 ORDER BY 1`,
    [Object.values(serviceRoles)],
  );
  expect(Object.fromEntries(rows.map(({ service, functions }) => [service, functions.split(' ')])))
    .toMatchInlineSnapshot(`
   {
     "evergrant_admin": [
       "are_one_human",
       "delete_old_renewal_latencies",
       "find_invitation",
       "find_session",
       "find_tagged_connections",
       "fold_connection_counts",
       "list_connections_of_scope",
       "list_lapsed_approvals",
       "list_memberships",
       "list_provider_workspaces",
       "list_workspaces",
       "list_workspaces_with_news",
       "sample_lag",
     ],
     "evergrant_auth_flow": [
       "delete_old_reads",
       "find_api_keys",
       "find_api_keys_in_use",
       "find_authorization_request",
       "find_connect_session",
       "find_integration",
       "find_tagged_connections",
       "find_workload_identities",
       "list_memberships",
       "list_unjudged_reads",
       "make_first_admin",
       "record_key_uses",
     ],
     "evergrant_refresh_worker": [
       "beat",
       "claim_due_slots",
       "delete_expired_rows",
       "delete_old_attempts",
       "delete_superseded_token_sets",
       "list_ending_consents",
       "list_lapsed_connections",
       "list_outbox_workspaces",
       "list_overdue_attempts",
       "list_provider_workspaces",
       "list_quarantined_connections",
       "list_refreshing_integrations",
       "list_restore_suspects",
       "list_unconfirmed_connections",
       "list_wanted_probes",
       "normal_refresh_rate",
     ],
     "evergrant_revocation_audit": [
       "are_one_human",
       "claim_revocation_items",
       "claim_security_event_deliveries",
       "delete_old_security_event_deliveries",
       "delete_old_security_events",
       "find_api_keys",
       "find_api_keys_in_use",
       "find_security_event_stream",
       "find_tagged_connections",
       "find_token_workspaces",
       "find_workload_identities",
       "list_due_end_user_removals",
       "list_due_leak_reports",
       "list_due_reapers",
       "list_due_security_event_polls",
       "list_due_security_events",
       "list_open_jobs",
       "list_transmitting_workspaces",
       "reads_recorded_until",
       "record_key_uses",
     ],
   }
  `);
});
