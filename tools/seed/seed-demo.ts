import { withConnection } from '#embedded';
import {
  ConsumerCursorRepository,
  EventHourCountRepository,
  newId,
  openDatabase,
  RenewalCountRepository,
} from '#storage';
import { connectionStatements, type DemoContext, type DemoStatement } from './demo-connections.js';
import { demoFunctions } from './demo-functions.js';
import { eventStatements, historyStatements } from './demo-history.js';
import { demoProviders } from './demo-words.js';

export interface DemoSeed {
  connections: number;
  /** Entries of the audit log. */
  audit: number;
  /** Renewals of the last 24 h, each with its attempt and its event; half as many as connections. */
  renewals?: number;
  /**
   * Tokens that fall due later are scheduled; without it none is. Nobody sealed them: workers that run then try each, fail
   * and tell of it.
   */
  dueAfter?: Date;
}

export interface Demo {
  workspace: string;
  integrations: string[];
}

/** Told again and again: what is made, and how many of how many. */
export type DemoProgress = (title: string, done: number, total: number) => void;

type Client = Parameters<Parameters<typeof withConnection>[1]>[0];

const chunk = 20_000;
/** The consumer of admin that counts events by hour; the two take turns at its cursor. */
const EVENT_COUNTS = 'event-counts';

/** A workspace of its own full of made-up people, written by whole statements. `url`: of the schema's owner, or above. */
export async function seedDemo(
  url: string,
  { connections, audit, renewals = Math.floor(connections / 2), dueAfter }: DemoSeed,
  progress: DemoProgress = () => undefined,
): Promise<Demo> {
  const context: DemoContext = {
    workspace: newId('wsp'),
    integrations: demoProviders.map(() => newId('int')),
    connections,
    renewals: Math.min(renewals, connections),
    audit,
    dueAfter: dueAfter ?? 'infinity',
  };
  await withConnection(url, async (client) => {
    await begin(client, context);
    const run = async (statements: readonly DemoStatement[]) => {
      for (const statement of statements) await inChunks(client, statement, context, progress);
    };
    // Before there is a connection that a running product could have something to tell of: theirs come after these.
    await run(eventStatements);
    await client.query(`INSERT INTO event_position VALUES ($1, $2)`, [context.workspace, context.renewals]);
    await run([...connectionStatements, ...historyStatements]);
  });
  await countEvents(url, context, progress);
  await tidy(url, progress);
  const { workspace, integrations } = context;
  return { workspace, integrations };
}

async function begin(client: Client, { workspace, integrations, connections }: DemoContext): Promise<void> {
  await client.query(`SELECT set_config('evergrant.workspace', $1, false)`, [workspace]);
  await client.query(`SET synchronous_commit = off`);
  await client.query(`SET jit = off`);
  for (const statement of demoFunctions(connections, new Date())) await client.query(statement);
  await client.query(`INSERT INTO workspace (id, name) VALUES ($1, 'Demo (made up)')`, [workspace]);
  // Whoever administers something here sees it, as if they had made it.
  await client.query(
    `INSERT INTO member (workspace_id, person_id, role, source)
     SELECT DISTINCT $1, person_id, 'admin', 'creation' FROM member WHERE role = 'admin'`,
    [workspace],
  );
  const [providers, names] = [demoProviders.map(({ id }) => id), demoProviders.map(({ name }) => name)];
  await client.query(INTEGRATIONS, [workspace, integrations, providers, names]);
}

async function inChunks(
  client: Client,
  { title, sql, total, values }: DemoStatement,
  context: DemoContext,
  progress: DemoProgress,
): Promise<void> {
  const last = total(context);
  for (let from = 1; from <= last; from += chunk) {
    const to = Math.min(last, from + chunk - 1);
    await client.query(sql, [context.workspace, from, to, ...(values?.(context) ?? [])]);
    progress(title, to, last);
  }
}

/** As admin's own consumer does it. */
async function countEvents(
  url: string,
  { workspace, renewals: last }: DemoContext,
  progress: DemoProgress,
): Promise<void> {
  const { database, close } = await openDatabase({ url, applicationName: 'evergrant-seed', entities: [] });
  try {
    for (let position = 0; position < last;) {
      position = await database.inWorkspace(workspace, async (tx) => {
        const cursors = tx.get(ConsumerCursorRepository);
        const after = await cursors.lock(EVENT_COUNTS);
        const upTo = Math.min(last, after + chunk);
        if (upTo <= after) return after;
        await tx.get(EventHourCountRepository).addEvents(after, upTo);
        await tx.get(RenewalCountRepository).addEvents(after, upTo);
        await cursors.advance(EVENT_COUNTS, upTo);
        return upTo;
      });
      progress('counts by hour', position, last);
    }
  } finally {
    await close();
  }
}

async function tidy(url: string, progress: DemoProgress): Promise<void> {
  const tables = [
    'connection',
    'connection_slot',
    'token_set',
    'connection_usage',
    'refresh_attempt',
    'outbox_event',
    'audit_entry',
    'connection_count',
  ];
  await withConnection(url, async (client) => {
    for (const [index, table] of tables.entries()) {
      await client.query(`VACUUM ANALYZE ${table}`);
      progress('statistics', index + 1, tables.length);
    }
  });
}

const INTEGRATIONS = `INSERT INTO integration (workspace_id, id, provider, name, state, client_id,
    token_endpoint_auth_method, scopes, return_urls, refresh_policy, confirmation, settings)
  SELECT $1, id, provider, name, 'active', 'demo', 'client_secret_basic', '{profile,read,write}', '{}', 'on_demand', false, '{}'
  FROM unnest($2::text[], $3::text[], $4::text[]) AS i (id, provider, name)`;
