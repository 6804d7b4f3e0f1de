import { createDatabase, seedConnection, seedWorkspace, type TestDatabase } from '#testing';
import { DataSource } from 'typeorm';
import {
  applyTransition,
  AuditRepository,
  ConnectionRepository,
  Connection,
  ConnectionSlot,
  Database,
  dataSourceOptions,
  DatabaseUnavailableError,
  Directory,
  newId,
  OutboxEvent,
  OutboxRepository,
  RefreshAttempt,
  RelayRepository,
  SlotRepository,
  TokenReader,
  AttemptRepository,
  RefreshCalls,
  RefreshWorkers,
} from './index.js';

let postgres: TestDatabase;
const sources: DataSource[] = [];

async function databaseOf(service: 'auth-flow' | 'refresh-worker' | 'admin'): Promise<Database> {
  const entities = [Connection, ConnectionSlot, OutboxEvent, RefreshAttempt];
  const source = new DataSource(
    dataSourceOptions({ url: postgres.urlOf(service), applicationName: service, entities }),
  );
  sources.push(await source.initialize());
  return new Database(source);
}

let authFlow: Database;
let worker: Database;
let admin: Database;

let calls: RefreshCalls;

beforeAll(async () => {
  postgres = await createDatabase();
  [authFlow, worker, admin] = await Promise.all([
    databaseOf('auth-flow'),
    databaseOf('refresh-worker'),
    databaseOf('admin'),
  ]);
  calls = new RefreshCalls(worker);
});

afterAll(async () => {
  await Promise.all(sources.map((source) => source.destroy()));
  await postgres.drop();
});

const begin = (
  { workspace, connection, slot, generation }: Awaited<ReturnType<typeof seedConnection>>,
  fence = 0,
  leaseMs = 20_000,
) =>
  calls.begin('worker-1', {
    ...{ workspace, connection, slot, generation, fence, leaseMs },
    id: newId('att'),
    trigger: 'planned',
    deadlineMs: 30_000,
  });

const actor = { type: 'service', id: 'test' };

describe('row-level security', () => {
  it('shows a workspace its own rows alone, and none where no workspace is set', async () => {
    const [mine, theirs] = [await seedConnection(postgres), await seedConnection(postgres)];
    const seen = await authFlow.inWorkspace(mine.workspace, ({ manager }) =>
      manager.query<{ id: string }[]>(`SELECT id FROM connection`),
    );
    expect(seen.map(({ id }) => id)).toEqual([mine.connection]);
    expect(await authFlow.acrossWorkspaces(`SELECT id FROM connection`)).toEqual([]);
    const found = await authFlow.inWorkspace(mine.workspace, (tx) =>
      tx.get(ConnectionRepository).find(theirs.connection),
    );
    expect(found).toBeNull();
  });

  it('is enabled and forced on every table with a workspace', async () => {
    const open = await postgres.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
       WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
    );
    expect(open).toEqual([]);
  });

  it('refuses to write into another workspace', async () => {
    const [mine, theirs] = [await seedWorkspace(postgres), await seedWorkspace(postgres)];
    const insert = authFlow.inWorkspace(mine.workspace, ({ manager }) =>
      manager.query(
        `INSERT INTO outbox_event (workspace_id, id, subject, type, data) VALUES ($1, 'e', 's', 't', '{}')`,
        [theirs.workspace],
      ),
    );
    await expect(insert).rejects.toThrow('row-level security');
  });

  it('gives services roles that can neither bypass it nor own a table', async () => {
    const roles = await postgres.query<{ name: string; strong: boolean; owns: number }>(
      `SELECT r.rolname AS name, r.rolsuper OR r.rolbypassrls OR r.rolcreaterole AS strong,
         (SELECT count(*)::int FROM pg_class c WHERE c.relowner = r.oid) AS owns
       FROM pg_roles r WHERE r.rolname LIKE 'evergrant_%' AND r.rolcanlogin AND r.rolname <> 'evergrant_owner'`,
    );
    expect(roles.length).toBeGreaterThanOrEqual(4);
    expect(roles.filter(({ strong, owns }) => strong || owns > 0)).toEqual([]);
  });
});

describe('a transaction over two workspaces', () => {
  const entry = (id: string) => ({ actor, action: 'test.done', subject: { type: 'test', id } });
  const writtenIn = (id: string) =>
    postgres
      .query<{ workspace: string }>(
        `SELECT workspace_id AS workspace FROM audit_entry WHERE subject_id = $1 ORDER BY sequence`,
        [id],
      )
      .then((rows) => rows.map(({ workspace }) => workspace));

  it('writes into each under its own policy, and sees only the one it is bound to', async () => {
    const [mine, theirs] = [await seedConnection(postgres), await seedConnection(postgres)];
    const seen = await authFlow.inWorkspace(mine.workspace, async (tx) => {
      const visible = (in_: typeof tx) => in_.manager.query<{ id: string }[]>(`SELECT id FROM connection`);
      const there = await tx.inOther(theirs.workspace, async (other) => {
        await other.get(AuditRepository).append(entry('both'));
        return visible(other);
      });
      await tx.get(AuditRepository).append(entry('both'));
      return [...there, ...(await visible(tx))].map(({ id }) => id);
    });
    expect(seen).toEqual([theirs.connection, mine.connection]);
    expect(await writtenIn('both')).toEqual([theirs.workspace, mine.workspace]);
  });

  it('writes into neither where it fails', async () => {
    const [mine, theirs] = [await seedWorkspace(postgres), await seedWorkspace(postgres)];
    const failing = authFlow.inWorkspace(mine.workspace, async (tx) => {
      await tx.inOther(theirs.workspace, (other) => other.get(AuditRepository).append(entry('neither')));
      throw new Error('too late');
    });
    await expect(failing).rejects.toThrow('too late');
    expect(await writtenIn('neither')).toEqual([]);
  });
});

describe('grants', () => {
  it.each([
    ['auth-flow', `SELECT sealed_refresh_token FROM token_set`],
    ['auth-flow', `SELECT entry FROM audit_entry`],
    ['auth-flow', `SELECT person_id FROM member`],
    ['auth-flow', `UPDATE workspace SET created_at = now()`],
    ['admin', `SELECT sealed_access_token FROM token_set`],
    ['admin', `SELECT sealed_answer FROM token_landing`],
    ['admin', `UPDATE connection SET state = 'active'`],
    ['refresh-worker', `UPDATE audit_entry SET actor_id = 'x'`],
    ['refresh-worker', `DELETE FROM audit_entry`],
    ['refresh-worker', `SELECT key_hash FROM api_key`],
    ['refresh-worker', `UPDATE outbox_event SET data = '{}'`],
  ] as const)('refuse %s: %s', async (service, sql) => {
    const database = { 'auth-flow': authFlow, admin, 'refresh-worker': worker }[service];
    await expect(database.acrossWorkspaces(sql)).rejects.toThrow('permission denied');
  });
});

describe('T1', () => {
  it('lets one of many workers begin, and gives it a new fence', async () => {
    const seeded = await seedConnection(postgres);
    const fences = await Promise.all(Array.from({ length: 8 }, () => begin(seeded)));
    expect(fences.filter((fence) => fence !== undefined)).toEqual([1]);
  });

  it('begins many at once, of several workspaces, each under its own', async () => {
    const seeded = await Promise.all(Array.from({ length: 6 }, () => seedConnection(postgres)));
    expect(await Promise.all(seeded.map((one) => begin(one)))).toEqual([1, 1, 1, 1, 1, 1]);
    const loaded = await Promise.all(seeded.map((one) => calls.load(one)));
    expect(loaded.map((row) => row?.workspace)).toEqual(seeded.map(({ workspace }) => workspace));
    expect(await calls.load({ ...seeded[0]!, workspace: seeded[1]!.workspace })).toBeUndefined();
  });

  it('refuses whatever moved the fence or the generation since the slot was loaded', async () => {
    const seeded = await seedConnection(postgres, { generation: 3 });
    expect(await begin({ ...seeded, generation: 2 })).toBeUndefined();
    await worker.inWorkspace(seeded.workspace, (tx) => tx.get(SlotRepository).fenceOff(seeded.connection));
    expect(await begin(seeded)).toBeUndefined();
    expect(await begin(seeded, 1)).toBe(2);
  });

  it('refuses while an attempt is unresolved, even when its lease ran out', async () => {
    const seeded = await seedConnection(postgres);
    await begin(seeded, 0, 0);
    expect(await begin(seeded, 1)).toBeUndefined();
  });
});

describe('T2', () => {
  const life = { expiresInMs: 1_000, refreshTokenExpiresInMs: null, dueInMs: 500 };
  const promote = (workspace: string, at: { connection: string; generation: number }, fence: number) =>
    worker.inWorkspace(workspace, (tx) =>
      tx
        .get(SlotRepository)
        .promote({ connectionId: at.connection, slot: 'default', generation: at.generation, fence }, life),
    );

  it('promotes once, and never under a fence that moved', async () => {
    const seeded = await seedConnection(postgres);
    const fence = (await begin(seeded))!;
    expect(await promote(seeded.workspace, seeded, fence)).toBe(2);
    expect(await promote(seeded.workspace, seeded, fence)).toBeUndefined();

    const revoked = await seedConnection(postgres);
    const old = (await begin(revoked))!;
    await worker.inWorkspace(revoked.workspace, (tx) => tx.get(SlotRepository).fenceOff(revoked.connection));
    expect(await promote(revoked.workspace, revoked, old)).toBeUndefined();
  });
});

describe('an open attempt', () => {
  const spoolMayHold = async (workspace: string, id: string) =>
    (await worker.inWorkspace(workspace, (tx) => tx.get(AttemptRepository).findOpen(id)))?.spoolMayHold;

  it('may have its answer in its worker’s spool until that worker says otherwise, begins anew, or is given up', async () => {
    const seeded = await seedConnection(postgres);
    const workers = new RefreshWorkers(worker);
    const name = newId('att');
    const id = newId('att');
    await workers.start(name);
    await workers.tell(name, 0);
    const { workspace, connection, slot, generation } = seeded;
    await calls.begin(name, {
      ...{ workspace, connection, slot, generation, id, fence: 0, leaseMs: 0, deadlineMs: 0 },
      trigger: 'planned',
    });
    expect(await spoolMayHold(workspace, id)).toBe(true);
    await workers.tell(name, 1);
    expect(await spoolMayHold(workspace, id)).toBe(true);
    await workers.tell(name, 0);
    expect(await spoolMayHold(workspace, id)).toBe(false);

    await postgres.query(`UPDATE refresh_attempt SET deadline = now() + interval '1 hour' WHERE id = $1`, [
      id,
    ]);
    expect(await spoolMayHold(workspace, id)).toBe(true);
    await workers.start(name);
    expect(await spoolMayHold(workspace, id)).toBe(true);
    await workers.tell(name, 0);
    expect(await spoolMayHold(workspace, id)).toBe(false);

    await postgres.query(
      `UPDATE refresh_worker SET spool_drained_at = NULL, seen_at = now() - interval '1 hour' WHERE id = $1`,
      [name],
    );
    expect(await spoolMayHold(workspace, id)).toBe(true);
    await postgres.query(`UPDATE refresh_worker SET given_up_at = now() WHERE id = $1`, [name]);
    expect(await spoolMayHold(workspace, id)).toBe(false);
  });
});

describe('old attempts', () => {
  it('are deleted once they are closed, and nothing is landed of them', async () => {
    const seeded = await seedConnection(postgres);
    const { workspace, connection } = seeded;
    const attempt = async (id: string, closed: boolean) => {
      await postgres.query(
        `INSERT INTO refresh_attempt (workspace_id, id, connection_id, slot, worker, trigger, fence, base_generation, state,
           deadline, started_at, closed_at) VALUES ($1, $2, $3, 'default', 'w', 'planned', 1, 1, 'failed', now(),
           now() - interval '31 days', CASE WHEN $4 THEN now() END)`,
        [workspace, id, connection, closed],
      );
    };
    await attempt('att_closed', true);
    await attempt('att_open', false);
    await attempt('att_orphaned', true);
    await postgres.query(
      `INSERT INTO token_landing (workspace_id, attempt_id, state, sealed_answer) VALUES ($1, 'att_orphaned', 'orphaned', 'x')`,
      [workspace],
    );
    expect(await new Directory(worker).deleteOldAttempts(30, 1_000)).toBe(1);
    const left = await postgres.query<{ id: string }>(
      `SELECT id FROM refresh_attempt WHERE connection_id = $1 ORDER BY id`,
      [connection],
    );
    expect(left.map(({ id }) => id)).toEqual(['att_open', 'att_orphaned']);
  });
});

describe('claims of due slots', () => {
  it('give a slot to one planner, and again to all under a new epoch', async () => {
    const seeded = await seedConnection(postgres, { dueInMs: 0 });
    const directory = new Directory(worker);
    const claim = async (epoch: string) =>
      (await Promise.all([1, 2, 3].map(() => directory.claimDueSlots(30_000, epoch, 1_000))))
        .flat()
        .filter(({ connectionId }) => connectionId === seeded.connection);
    expect(await claim('first')).toHaveLength(1);
    expect(await claim('first')).toHaveLength(0);
    expect(await claim('after-flushall')).toHaveLength(1);
  });
});

describe('a transition', () => {
  it('writes state, audit entry and event together, or nothing', async () => {
    const seeded = await seedConnection(postgres);
    const pause = (fail: boolean) =>
      authFlow.inWorkspace(seeded.workspace, async (tx) => {
        const connection = (await tx.get(ConnectionRepository).lock(seeded.connection))!;
        await applyTransition(tx, connection, 'paused', { actor, reason: { code: 'holiday' } });
        if (fail) throw new Error('killed before commit');
      });
    await expect(pause(true)).rejects.toThrow('killed');
    expect(await told(seeded)).toEqual({ state: 'active', audit: [], events: [] });
    await pause(false);
    expect(await told(seeded)).toEqual({
      state: 'paused',
      audit: ['connection.paused'],
      events: ['connection.paused'],
    });
  });

  it('is refused out of revoked and changes nothing', async () => {
    const seeded = await seedConnection(postgres, { state: 'revoked' });
    const step = await authFlow.inWorkspace(seeded.workspace, async (tx) => {
      const connection = (await tx.get(ConnectionRepository).lock(seeded.connection))!;
      return applyTransition(tx, connection, 'refreshed', { actor });
    });
    expect(step).toMatchObject({ ok: false, refusal: 'terminal' });
    expect(await told(seeded)).toEqual({ state: 'revoked', audit: [], events: [] });
  });

  async function told({ workspace, connection }: { workspace: string; connection: string }) {
    const [row] = await postgres.query<{ state: string; audit: string[]; events: string[] }>(
      `SELECT state, ARRAY(SELECT action FROM audit_entry WHERE workspace_id = $1 AND subject_id = $2) AS audit,
         ARRAY(SELECT type FROM outbox_event WHERE workspace_id = $1 AND subject = $2) AS events
       FROM connection WHERE workspace_id = $1 AND id = $2`,
      [workspace, connection],
    );
    return row;
  }
});

describe('the audit log', () => {
  it('keeps the very bytes that it hashes', async () => {
    const { workspace } = await seedWorkspace(postgres);
    await authFlow.inWorkspace(workspace, (tx) =>
      tx.get(AuditRepository).append({
        actor,
        action: 'test.done',
        subject: { type: 'test', id: 't' },
        detail: { b: 1, a: 'ü' },
      }),
    );
    const [row] = await postgres.query<{ entry: Buffer; same: boolean }>(
      `SELECT entry, sha256(entry) = hash AS same FROM audit_entry WHERE workspace_id = $1`,
      [workspace],
    );
    expect(row?.same).toBe(true);
    expect(row?.entry.toString('utf8')).toContain('"detail":{"a":"ü","b":1}');
  });
});

describe('the outbox', () => {
  const append = (workspace: string, subject: string) =>
    authFlow.inWorkspace(workspace, (tx) =>
      tx.get(OutboxRepository).append({ subject, type: 'token.refreshed', data: {} }),
    );
  const positions = (workspace: string) =>
    postgres.query<{ subject: string; position: number }>(
      `SELECT subject, position::int FROM outbox_event WHERE workspace_id = $1 ORDER BY position`,
      [workspace],
    );

  it('numbers events densely, whoever numbers them, and never out of order', async () => {
    const { workspace } = await seedWorkspace(postgres);
    for (let i = 0; i < 12; i++) await append(workspace, `con_${i}`);
    const number = () => worker.inWorkspace(workspace, (tx) => tx.get(RelayRepository).assignPositions(5));
    await Promise.all([number(), number(), number()]);
    expect(await positions(workspace)).toEqual(
      Array.from({ length: 12 }, (_, i) => ({ subject: `con_${i}`, position: i + 1 })),
    );
  });

  it('hands a connection to one relay at a time', async () => {
    const { workspace } = await seedWorkspace(postgres);
    for (const subject of ['con_a', 'con_b', 'con_a']) await append(workspace, subject);
    await worker.inWorkspace(workspace, (tx) => tx.get(RelayRepository).assignPositions(10));
    await worker.inWorkspace(workspace, async (first) => {
      const claimed = await first.get(RelayRepository).claimUnpublished(1);
      expect(claimed.map(({ subject }) => subject)).toEqual(['con_a']);
      const others = await worker.inWorkspace(workspace, (tx) =>
        tx.get(RelayRepository).claimUnpublished(10),
      );
      expect(others.map(({ subject }) => subject)).toEqual(['con_b']);
    });
  });
});

describe('the token reader', () => {
  it('answers many connections of one workspace in one call and leaves out the others', async () => {
    const mine = await seedConnection(postgres);
    const more = await seedConnection(postgres, { workspace: mine.workspace, state: 'revoked' });
    const theirs = await seedConnection(postgres);
    const rows = await new TokenReader(authFlow).read(mine.workspace, [
      mine.connection,
      more.connection,
      theirs.connection,
    ]);
    expect(rows.map(({ connectionId, state }) => [connectionId, state]).toSorted()).toEqual(
      [
        [mine.connection, 'active'],
        [more.connection, 'revoked'],
      ].toSorted(),
    );
  });
});

describe('a database that is gone', () => {
  it('is told by name', async () => {
    const source = new DataSource(
      dataSourceOptions({ url: postgres.urlOf('admin'), applicationName: 'gone', entities: [] }),
    );
    await source.initialize();
    sources.push(source);
    const database = new Database(source);
    await database.ping();
    await postgres.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gone'`,
    );
    const pings = await Promise.allSettled([database.ping(), database.ping()]);
    for (const ping of pings)
      if (ping.status === 'rejected') expect(ping.reason).toBeInstanceOf(DatabaseUnavailableError);
    await expect(database.ping()).resolves.toBeUndefined();
  });
});
