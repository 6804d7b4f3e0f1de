import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Pool, type Dispatcher } from 'undici';
import { startPostgres, startRedis, startSystem, type RunningSystem } from '#testing';
import { sampleOf, type JsonSchema } from './steps/sample-body.js';
import {
  fingerprintOf,
  seedHoldings,
  seedKey,
  seedPeople,
  sqlOf,
  type Holdings,
  type Sql,
} from './steps/two-workspaces.js';

const scopes = [
  'integrations:read',
  'integrations:write',
  'connect:write',
  'connections:read',
  'connections:write',
  'tokens:read',
  'connections:revoke',
  'tokens:lookup',
  'audit:read',
  'events:read',
  'keys:write',
  'admin',
];
const viewer = ['session', 'integrations:read', 'connections:read', 'events:read', 'members:read'];
/** Said a second time on purpose: what a role may do is decided here as well as there. */
const roles: Record<string, string[]> = {
  viewer,
  auditor: [...viewer, 'audit:read', 'tokens:lookup', 'approvals:read'],
  operator: [
    ...viewer,
    ...['integrations:write', 'connect:write', 'connections:write', 'connections:revoke', 'tokens:lookup'],
    'approvals:read',
  ],
  admin: [
    ...scopes.filter((scope) => scope !== 'tokens:read'),
    ...['session', 'members:read', 'members:write', 'approvals:read', 'approvals:decide'],
  ],
};

/** Whose id a path's parameter is, by what stands before it. Null: of the installation, the same for everybody. */
const parameters: Record<string, keyof Holdings | null> = {
  '/v1/providers/{provider}': null,
  '/v1/integrations/{id}': 'integration',
  '/v1/connections/{id}': 'connection',
  '/v1/connect-sessions/{id}': 'connect_session',
  '/v1/api-keys/{id}': 'api_key',
  '/v1/workspaces/{id}': 'workspace',
  '/v1/workload-identities/{id}': 'workload_identity',
  '/v1/revocations/{id}': 'revocation',
  '/v1/security-event-streams/{id}': 'security_event_stream',
  '/v1/security-event-subscribers/{id}': 'security_event_subscriber',
  '/v1/security-events/{stream}': null,
  '/v1/freezes/{id}': 'freeze',
  '/v1/end-users/{id}': 'end_user_id',
  '/v1/security-events/{issuer}': null,
  '/admin/api/connections/{id}': 'connection',
  '/admin/api/members/{id}': 'person',
  '/admin/api/invitations/{id}': 'invitation',
  '/admin/api/approvals/{id}': 'approval',
  '/admin/api/sessions/{id}': 'session',
  '/admin/api/provider-incidents/{id}': null,
  '/admin/api/refresh-workers/{id}': null,
  '/admin/api/saved-views/{id}': null,
  '/admin/api/audit/{id}': null,
};

interface Operation {
  method: string;
  path: string;
  permission: string;
  fresh: boolean;
  body: JsonSchema | undefined;
}

/** Who asks: a key, the secret of a session, or nobody. */
type Subject = { key: string } | { session: string } | Record<string, never>;
type Ids = Partial<Record<keyof Holdings, string>> & { scopes?: string[] };

let system: RunningSystem | undefined;
let stops: (() => Promise<unknown>)[] = [];
let sql: Sql;
/** Each subject calls from an address of its own: refusals are limited by address, and here most answers are refusals. */
const pools = new Map<string, Pool>();
let origin: string;
let document: Document;
let operations: Operation[];
let components: Record<string, JsonSchema>;
let own: Holdings;
let foreign: Holdings;

beforeAll(async () => {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  stops = [() => postgres.stop(), () => redis.stop()];
  system = await startSystem({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } });
  origin = system.bootstrap.public_url;
  sql = sqlOf(postgres.url);
  [own, foreign] = [await seedHoldings(sql), await seedHoldings(sql)];
  document = JSON.parse(await (await fetch(`${origin}/openapi.json`)).text()) as Document;
  components = document.components.schemas;
  operations = operationsOf(document);
}, 120_000);

afterAll(async () => {
  for (const pool of pools.values()) await pool.close();
  await system?.stop();
  for (const stop of stops) await stop();
}, 60_000);

interface Document {
  paths: Record<string, Record<string, Record<string, unknown>>>;
  components: { schemas: Record<string, JsonSchema> };
}

function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const body = operation['requestBody'] as
        { content: Record<string, { schema: JsonSchema }> } | undefined;
      return {
        method: method.toUpperCase(),
        path,
        permission: String(operation['x-permission']),
        fresh: operation['x-fresh-sign-in'] === true,
        body: body && Object.values(body.content)[0]!.schema,
      };
    }),
  );
}

function poolOf(subject: Subject): Pool {
  const who = 'session' in subject ? 'people' : JSON.stringify(subject);
  const known = pools.get(who);
  if (known) return known;
  // The gateway listens on localhost, whose other addresses are as good to call from.
  const localAddress = `127.0.1.${pools.size + 1}`;
  const pool = new Pool(origin.replace('localhost', '127.0.0.1'), { localAddress });
  pools.set(who, pool);
  return pool;
}

const missing: Ids = Object.fromEntries(
  Object.entries({ integration: 'int', connection: 'con', connect_session: 'cse', api_key: 'key' })
    .concat(
      Object.entries({
        workspace: 'wsp',
        workload_identity: 'wid',
        revocation: 'rev',
        freeze: 'frz',
        invitation: 'inv',
      }),
    )
    .concat(Object.entries({ approval: 'apr', person: 'usr', session: 'ses' }))
    .concat(Object.entries({ end_user_id: 'usr' }))
    .concat(Object.entries({ security_event_stream: 'sst', security_event_subscriber: 'ssb' }))
    .map(([name, prefix]) => [name, `${prefix}_${'0'.repeat(32)}`]),
);

const stemOf = (path: string) => /^.*?\{\w+\}/.exec(path)?.[0];
/** The seeded tokens are sealed by nobody: one's own cannot be opened. */
const readsToken = ({ permission }: Operation) => permission === 'tokens:read';
const isReading = ({ method }: Operation) => method === 'GET';

function targetOf({ path }: Operation, ids: Ids): string {
  const stem = stemOf(path);
  if (stem === undefined) return path;
  const kind = parameters[stem];
  return path.replace(/\{\w+\}/, kind ? ids[kind]! : 'nobody');
}

async function send(
  operation: Operation,
  ids: Ids,
  subject: Subject,
): Promise<{ status: number; text: string }> {
  const { method, body } = operation;
  const asPerson = 'session' in subject;
  const target = targetOf(operation, ids);
  const path = asPerson && !target.startsWith('/admin/api') ? `/admin/api${target}` : target;
  const form = operation.path === '/v1/introspect';
  const sample = method === 'GET' || method === 'DELETE' ? undefined : sampleOf(body, components, ids);
  const answer = await poolOf(subject).request({
    method,
    path,
    headers: {
      host: new URL(origin).host,
      ...credentials(subject),
      ...(sample !== undefined && {
        'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
      }),
    },
    ...(sample !== undefined && { body: form ? 'token=x' : JSON.stringify(sample) }),
  });
  return { status: answer.statusCode, text: await wholeText(answer) };
}

/** A stream of events has no end: that it began is all there is to see. */
async function wholeText({ headers, body }: Dispatcher.ResponseData): Promise<string> {
  if (!String(headers['content-type']).startsWith('text/event-stream')) return body.text();
  body.on('error', () => undefined).destroy();
  return '';
}

function credentials(subject: Subject): Record<string, string> {
  if ('key' in subject) return { authorization: `Bearer ${subject.key}` };
  if (!('session' in subject)) return {};
  const secret = subject.session;
  const csrf = createHmac('sha256', secret).update('evergrant session csrf').digest('base64url');
  return { cookie: `evergrant_session=${secret}`, origin, 'x-csrf-token': csrf };
}

/** `allowed`, or the refusal's status and type. */
function verdictOf({ status, text }: { status: number; text: string }): string {
  if (status >= 500 || status === 429) return `${status} ${text}`;
  if (status !== 401 && status !== 403) return 'allowed';
  return `${status} ${(JSON.parse(text) as { type: string }).type.replace('/problems/', '')}`;
}

/** Asks each operation once, one's own things where it reads and things that are not there where it changes. */
async function verdictsFor(subjectFor: (index: number) => Subject): Promise<Map<Operation, string>> {
  const verdicts = new Map<Operation, string>();
  const guarded = operations.filter(({ permission }) => permission !== 'public');
  for (const [index, operation] of guarded.entries()) {
    // No scopes: a key that would have more than its maker is refused, and that is another rule than this one.
    const ids = { ...(isReading(operation) && !readsToken(operation) ? own : missing), scopes: [] };
    verdicts.set(operation, verdictOf(await send(operation, ids, subjectFor(index))));
  }
  return verdicts;
}

const named = (verdicts: Map<Operation, string>) =>
  [...verdicts].map(([{ method, path }, verdict]) => `${method} ${path}: ${verdict}`);

function expected(verdict: (operation: Operation) => string): string[] {
  return operations
    .filter(({ permission }) => permission !== 'public')
    .map((operation) => `${operation.method} ${operation.path}: ${verdict(operation)}`);
}

const isOfAdmin = ({ path }: Operation) => path.startsWith('/admin/api');

/** Names of the members that are not the same in both. */
function otherMembers(a: Record<string, unknown>, b: Record<string, unknown>): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter((name) => !isDeepStrictEqual(a[name], b[name]));
}

describe('the merged OpenAPI document', () => {
  it('is what docs/openapi.json says: `npm run openapi` writes it down', () => {
    const file = new URL('../../docs/openapi.json', import.meta.url);
    const written = JSON.parse(readFileSync(file, 'utf8')) as Document;
    expect(otherMembers(document.paths, written.paths)).toEqual([]);
    expect(otherMembers(document.components.schemas, written.components.schemas)).toEqual([]);
    // Whatever else it says: of an installation's own there is nothing in it.
    expect(otherMembers({ ...document }, { ...written })).toEqual([]);
  });

  it('states a permission for every route', () => {
    expect(operations.length).toBeGreaterThan(60);
    expect(operations.filter(({ permission }) => permission === 'undefined')).toEqual([]);
  });

  it('has no path whose ids this matrix does not know', () => {
    const stems = new Set(operations.flatMap(({ path }) => stemOf(path) ?? []));
    expect([...stems].filter((stem) => !(stem in parameters))).toEqual([]);
  });
});

describe('every route', () => {
  it('is closed to nobody in particular', async () => {
    const answers = named(await verdictsFor(() => ({})));
    expect(answers).toEqual(
      expected((operation) => (isOfAdmin(operation) ? '401 not-signed-in' : '401 invalid-api-key')),
    );
  });

  it('is closed to a key that nobody made', async () => {
    const answers = named(await verdictsFor(() => ({ key: `evg_${'x'.repeat(43)}` })));
    expect(answers).toEqual(
      expected((operation) => (isOfAdmin(operation) ? '401 not-signed-in' : '401 invalid-api-key')),
    );
  });

  it.each(scopes)('is open to a key of scope %s where that is its permission, else 403', async (scope) => {
    const key = await seedKey(sql, own.workspace, scope);
    const answers = named(await verdictsFor(() => ({ key })));
    expect(answers).toEqual(
      expected((operation) => {
        if (isOfAdmin(operation)) return '401 not-signed-in';
        // What is for people alone is no scope, and admin implies none of it.
        const implied = scope === 'admin' && scopes.includes(operation.permission);
        const allowed = scope === operation.permission || implied;
        return allowed ? 'allowed' : '403 insufficient-scope';
      }),
    );
  });

  it.each(Object.keys(roles))(
    'is open to a person who is %s where the role has its permission, else 403',
    async (role) => {
      const people = await seedPeople(sql, own.workspace, role, { count: operations.length });
      const answers = named(await verdictsFor((index) => ({ session: people[index]!.secret })));
      expect(answers).toEqual(
        expected(({ permission }) =>
          roles[role]!.includes(permission) ? 'allowed' : '403 insufficient-role',
        ),
      );
    },
  );

  it('that wants a fresh sign-in has it from nobody who signed in an hour ago', async () => {
    const people = await seedPeople(sql, own.workspace, 'admin', {
      count: operations.length,
      signedInMinutesAgo: 60,
    });
    const answers = named(await verdictsFor((index) => ({ session: people[index]!.secret })));
    expect(operations.filter(({ fresh }) => fresh).length).toBeGreaterThan(2);
    expect(answers).toEqual(
      expected(({ permission, fresh }) => {
        if (!roles['admin']!.includes(permission)) return '403 insufficient-role';
        return fresh ? '401 insufficient-user-authentication' : 'allowed';
      }),
    );
  });
});

describe("another workspace's things", () => {
  const withIds = () => operations.filter(({ path }) => parameters[stemOf(path) ?? ''] !== undefined);

  it.each(['key', 'session'])(
    'are not there for a %s with every right, and nothing about them changes',
    async (kind) => {
      const before = await fingerprintOf(sql, foreign.workspace);
      const key = await seedKey(sql, own.workspace, 'admin');
      const people = await seedPeople(sql, own.workspace, 'admin', { count: operations.length * 2 });
      const differing: string[] = [];
      const statuses = new Map<string, number>();
      let asked = 0;
      for (const operation of withIds()) {
        if (parameters[stemOf(operation.path)!] === null) continue;
        const isForKeys = !isOfAdmin(operation) && scopes.includes(operation.permission);
        if (kind === 'key' && !isForKeys) continue;
        if (kind === 'session' && operation.permission === 'tokens:read') continue;
        const subject = (): Subject => (kind === 'key' ? { key } : { session: people[asked++]!.secret });
        const theirs = await send(operation, { ...foreign }, subject());
        const nobodys = await send(operation, missing, subject());
        const name = `${operation.method} ${operation.path}`;
        statuses.set(name, theirs.status);
        if (theirs.status !== nobodys.status || wordsOf(theirs.text) !== wordsOf(nobodys.text))
          differing.push(`${name}: ${theirs.status} ${theirs.text} / ${nobodys.status} ${nobodys.text}`);
      }
      expect(differing).toEqual([]);
      expect([...statuses].filter(([, status]) => status !== 404)).toEqual([]);
      expect(statuses.size).toBeGreaterThan(15);
      expect(await fingerprintOf(sql, foreign.workspace)).toEqual(before);
    },
  );

  it('cannot be named in a body either', async () => {
    const before = await fingerprintOf(sql, foreign.workspace);
    const key = await seedKey(sql, own.workspace, 'admin');
    const bodies = operations.filter(
      ({ method, path, body }) => method === 'POST' && body && !isOfAdmin({ path } as Operation),
    );
    const names = JSON.stringify(Object.values(foreign));
    let tried = 0;
    for (const operation of bodies) {
      const sample = JSON.stringify(sampleOf(operation.body, components, { ...foreign }));
      if (!Object.values(foreign).some((value) => sample.includes(value))) continue;
      tried += 1;
      const [theirs, nobodys] = [
        await send(operation, { ...foreign }, { key }),
        await send(operation, missing, { key }),
      ];
      expect([operation.path, theirs.status, wordsOf(theirs.text)]).toEqual([
        operation.path,
        404,
        wordsOf(nobodys.text),
      ]);
    }
    expect(names.length).toBeGreaterThan(0);
    expect(tried).toBeGreaterThanOrEqual(2);
    expect(await fingerprintOf(sql, foreign.workspace)).toEqual(before);
  });
});

/** An answer without the ids that were asked for and its own. */
function wordsOf(text: string): string {
  return text.replaceAll(/\b(int|con|cse|key|wsp|wid|rev|frz|inv|apr|usr|ses|sst|ssb|req)_[\w-]+/g, '$1');
}
