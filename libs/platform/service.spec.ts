import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import {
  ApiAnswer,
  BodyLimit,
  configClass,
  createService,
  CurrentCaller,
  DenialRecorder,
  FormEncoded,
  IdempotencyStore,
  KeyDirectory,
  listQuery,
  Public,
  RawBody,
  ReadinessIndicators,
  RequirePermission,
  serviceSettings,
  type Caller,
  type Denial,
  type FoundApiKey,
  type IdempotencyState,
  type IdempotentUse,
} from './index.js';

const key = `evg_${'k'.repeat(43)}`;
const noteSchema = z
  .strictObject({ text: z.string().max(5), tags: z.array(z.string()).optional() })
  .meta({ id: 'Note' });
const denials: Denial[] = [];
let notes = 0;
let redisIsThere = true;

@Controller('v1/notes')
class NotesController {
  @Post()
  @RequirePermission('connections:write')
  @ApiAnswer(201, noteSchema)
  create(@Body({ schema: noteSchema }) note: z.infer<typeof noteSchema>, @CurrentCaller() caller: Caller) {
    notes += 1;
    return { ...note, number: notes, by: caller.actor.id };
  }

  @Get()
  @RequirePermission('connections:read')
  list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>) {
    return query;
  }

  @Get('report')
  @RequirePermission('connections:read', { quota: 'reports' })
  report() {
    return { notes };
  }

  @Get('page')
  @Public({ limited: true })
  page() {
    return 'a page';
  }

  @Get(':id')
  @RequirePermission('keys:write')
  read(@Param('id') id: string) {
    return { id };
  }

  @Post('form')
  @Public()
  @HttpCode(200)
  @FormEncoded()
  form(@Body() body: unknown) {
    return body;
  }

  @Post('large')
  @Public()
  @BodyLimit(200 * 1024)
  large(@Body() { text }: { text: string }) {
    return { length: text.length };
  }

  @Post('raw')
  @Public()
  @RawBody({ limit: 1_000 })
  raw(@Body() body: Buffer) {
    return { bytes: body.toString('utf8') };
  }

  @Get('fault/database')
  @Public()
  fail(): never {
    throw Object.assign(new Error('down'), { name: 'DatabaseUnavailableError' });
  }

  @Get('fault/bug')
  @Public()
  bug(): never {
    throw new Error('secret-in-a-message');
  }
}

class Keys extends KeyDirectory {
  async find(hash: Buffer): Promise<FoundApiKey | undefined> {
    if (!hash.equals(createHash('sha256').update(key).digest())) return undefined;
    return {
      id: 'key_1',
      name: 'test',
      workspace: 'wsp_1',
      scopes: ['connections:write', 'connections:read'],
    };
  }
}

class Denials extends DenialRecorder {
  record(denial: Denial): void {
    denials.push(denial);
  }
}

class Answers extends IdempotencyStore {
  private readonly known = new Map<
    string,
    { use: IdempotentUse; answer?: { status: number; body: string } }
  >();

  async begin(use: IdempotentUse): Promise<IdempotencyState> {
    const known = this.known.get(use.key);
    if (!known) {
      this.known.set(use.key, { use });
      return { kind: 'new' };
    }
    if (!known.use.bodyHash.equals(use.bodyHash)) return { kind: 'mismatch' };
    return known.answer ? { kind: 'replay', ...known.answer } : { kind: 'in-progress' };
  }

  async complete(use: IdempotentUse, status: number, body: string): Promise<void> {
    if (use.key === 'not-kept') throw new Error('the database is gone');
    this.known.set(use.key, { use, answer: { status, body } });
  }

  async abandon(use: IdempotentUse): Promise<void> {
    this.known.delete(use.key);
  }
}

@Module({
  controllers: [NotesController],
  providers: [
    { provide: KeyDirectory, useClass: Keys },
    { provide: DenialRecorder, useClass: Denials },
    { provide: IdempotencyStore, useClass: Answers },
  ],
})
class NotesModule {
  constructor(readiness: ReadinessIndicators) {
    readiness.register({ name: 'postgres', critical: true, check: async () => undefined });
    readiness.register({
      name: 'redis',
      critical: false,
      check: async () => {
        if (!redisIsThere) throw new Error('gone');
      },
    });
  }
}

class NotesConfig extends configClass('notes', serviceSettings) {}

describe('a service on the platform', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const config = new NotesConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent' });
    app = await createService({ service: 'notes', module: NotesModule, config });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });

  afterAll(() => app.close());

  const call = (
    method: 'GET' | 'POST',
    url: string,
    payload?: unknown,
    headers: Record<string, string> = {},
  ) =>
    app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(payload !== undefined && { payload: payload as object }),
    });

  it('answers a known key with its scope, with a request id and safe headers', async () => {
    const answer = await call('POST', '/v1/notes', { text: 'hello' }, { 'x-request-id': 'abcdefgh-1' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ text: 'hello', by: 'key_1' });
    expect(answer.headers).toMatchObject({
      'x-request-id': 'abcdefgh-1',
      'x-content-type-options': 'nosniff',
      'ratelimit-policy': expect.stringContaining('"key"'),
    });
  });

  it.each([
    ['no key', {}, 401, 'invalid-api-key'],
    ['an unknown key', { authorization: `Bearer evg_${'x'.repeat(43)}` }, 401, 'invalid-api-key'],
    ['another scheme', { authorization: 'Basic abc' }, 401, 'invalid-api-key'],
  ])('refuses %s and remembers it without the URL', async (_, headers, status, slug) => {
    const answer = await app.inject({ method: 'GET', url: '/v1/notes/secret-id', headers });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(answer.json()).toMatchObject({ type: `/problems/${slug}`, status });
    expect(denials.at(-1)).toMatchObject({ reason: slug, route: 'GET /v1/notes/:id', caller: undefined });
  });

  it('refuses a scope that the key lacks and remembers whose it was', async () => {
    const answer = await call('GET', '/v1/notes/1');
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['www-authenticate']).toContain('scope="keys:write"');
    expect(denials.at(-1)?.caller?.workspace).toBe('wsp_1');
  });

  it('takes a larger body where the route says so, and no larger one', async () => {
    const taken = await call('POST', '/v1/notes/large', { text: 'x'.repeat(150_000) });
    expect([taken.statusCode, taken.json()]).toEqual([201, { length: 150_000 }]);
    expect((await call('POST', '/v1/notes/large', { text: 'x'.repeat(210_000) })).statusCode).toBe(413);
  });

  it('hands over the bytes as they came where the route says so, also when they are no JSON', async () => {
    const send = (payload: string) =>
      app.inject({
        method: 'POST',
        url: '/v1/notes/raw',
        payload,
        headers: { 'content-type': 'application/json' },
      });
    for (const bytes of ['{ "a":1,\n"a": 2}', '{"broken', '\u00e9'])
      expect((await send(bytes)).json()).toEqual({ bytes });
    expect((await send('x'.repeat(1_001))).statusCode).toBe(413);
  });

  it('points at every fault of a body and changes nothing', async () => {
    const before = notes;
    const answer = await call('POST', '/v1/notes', { text: 'too long', tags: [1], 'a/b': 1 });
    expect(answer.statusCode).toBe(400);
    const { errors } = answer.json<{ errors: { pointer: string }[] }>();
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/a~1b', '/tags/0', '/text']);
    expect(notes).toBe(before);
  });

  it.each([
    ['a NUL character', { text: 'a\0' }, {}, 400, 'invalid-request'],
    ['half a character', { text: '\ud800' }, {}, 400, 'invalid-request'],
    [
      'another content type',
      'text=hi',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported-media-type',
    ],
    [
      'JSON that says it is text',
      '{"text":"a"}',
      { 'content-type': 'text/plain' },
      415,
      'unsupported-media-type',
    ],
    ['an unknown content type', '<a/>', { 'content-type': 'text/xml' }, 415, 'unsupported-media-type'],
    ['broken JSON', '{"text"', { 'content-type': 'application/json' }, 400, 'invalid-request'],
    ['an empty body', '', { 'content-type': 'application/json' }, 400, 'invalid-request'],
    ['no body', undefined, {}, 400, 'invalid-request'],
    ['an array', [], {}, 400, 'invalid-request'],
    ['over 100 KB', { text: 'x'.repeat(110_000) }, {}, 413, 'payload-too-large'],
  ])('refuses %s', async (_, payload, headers, status, slug) => {
    const answer = await call('POST', '/v1/notes', payload, headers);
    expect([answer.statusCode, answer.json<{ type: string }>().type]).toEqual([status, `/problems/${slug}`]);
  });

  it('refuses unknown and wrong query parameters with pointers', async () => {
    const answer = await call('GET', '/v1/notes?limit=9999&nope=1');
    expect(answer.json()).toMatchObject({
      errors: expect.arrayContaining([
        expect.objectContaining({ pointer: '/query/limit' }),
        expect.objectContaining({ pointer: '/query/nope' }),
      ]),
    });
  });

  it.each(['/nothing', '/v1/notes/%zz'])('answers problem+json for %s', async (url) => {
    const answer = await call('GET', url);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('takes a form only where the route says so', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await call('POST', '/v1/notes/form', 'token=abc', headers)).json()).toEqual({ token: 'abc' });
    expect((await call('POST', '/v1/notes/form', { token: 'abc' })).statusCode).toBe(415);
  });

  it('does a request with an idempotency key once and answers it again', async () => {
    const headers = { 'idempotency-key': 'once' };
    const before = notes;
    const first = await call('POST', '/v1/notes', { text: 'one' }, headers);
    const second = await call('POST', '/v1/notes', { text: 'one' }, headers);
    expect([second.statusCode, second.json()]).toEqual([201, first.json()]);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(notes).toBe(before + 1);
    expect((await call('POST', '/v1/notes', { text: 'two' }, headers)).json()).toMatchObject({
      type: '/problems/idempotency-key-reused',
    });
  });

  it('frees the idempotency key of a request that was refused', async () => {
    const headers = { 'idempotency-key': 'refused' };
    expect((await call('POST', '/v1/notes', { nope: 1 }, headers)).statusCode).toBe(400);
    expect((await call('POST', '/v1/notes', { text: 'fine' }, headers)).statusCode).toBe(201);
  });

  it('keeps the key of what was done although its answer could not be kept', async () => {
    const headers = { 'idempotency-key': 'not-kept' };
    const before = notes;
    expect((await call('POST', '/v1/notes', { text: 'done' }, headers)).statusCode).toBe(201);
    expect((await call('POST', '/v1/notes', { text: 'done' }, headers)).json()).toMatchObject({
      type: '/problems/idempotency-in-progress',
    });
    expect(notes).toBe(before + 1);
  });

  it('answers 503 with Retry-After where the database is gone', async () => {
    const answer = await call('GET', '/v1/notes/fault/database');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
  });

  it('tells nothing of a bug', async () => {
    const answer = await call('GET', '/v1/notes/fault/bug');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
  });

  it('is degraded without Redis and not ready while it leaves', async () => {
    expect((await call('GET', '/health/ready')).json()).toMatchObject({ status: 'ok' });
    redisIsThere = false;
    const degraded = await call('GET', '/health/ready');
    expect([degraded.statusCode, degraded.json<{ status: string }>().status]).toEqual([200, 'degraded']);
    app.get(ReadinessIndicators).leaving = true;
    expect((await call('GET', '/health/ready')).statusCode).toBe(503);
    expect((await call('GET', '/health/live')).statusCode).toBe(200);
  });

  it('measures by route pattern', async () => {
    const { body } = await call('GET', '/metrics');
    expect(body).toMatch(/seconds_count\{.*method="POST",route="\/v1\/notes",status="201"/);
  });

  it('documents routes, schemas and problems as OpenAPI 3.1', async () => {
    const document = (await call('GET', '/openapi.json')).json();
    expect(document).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/v1/notes': {
          post: {
            requestBody: {
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } },
            },
            responses: {
              '201': { content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } } },
              '401': {
                content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
              },
            },
          },
        },
      },
      components: { schemas: { Note: { properties: { text: { maxLength: 5 } } }, Problem: {} } },
    });
  });
});

describe('limits', () => {
  let app: NestFastifyApplication;

  async function start(settings: Record<string, string>): Promise<void> {
    const config = new NotesConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', ...settings });
    app = await createService({ service: 'notes', module: NotesModule, config });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  }

  afterEach(() => app.close());

  const get = (url: string, { from = '203.0.113.1', as = key }: { from?: string; as?: string } = {}) =>
    app.inject({
      method: 'GET',
      url,
      headers: { authorization: `Bearer ${as}`, 'x-forwarded-for': from },
    });
  const exceeded = (detail: string) => ({ type: '/problems/rate-limited', status: 429, detail });

  it('tell what is left, and refuse what a quota does not hold with the time to wait', async () => {
    await start({ QUOTA_REPORTS: '2', RATE_LIMIT_PER_KEY: '10' });
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await get('/v1/notes/report'));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
    const { headers } = answers[0]!;
    expect(headers['ratelimit-policy']).toContain('"key";q=10;w=60');
    expect(headers['ratelimit-policy']).toContain('"reports";q=2;w=60');
    expect(headers['ratelimit']).toMatch(/"key";r=9;t=\d+.*"reports";r=1;t=\d+/);
    const refused = answers[2]!;
    expect(refused.json()).toMatchObject(exceeded('This workspace may send 2 reports a minute.'));
    expect(refused.headers['ratelimit']).toMatch(/"reports";r=0/);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await get('/v1/notes')).statusCode).toBe(200);
  });

  it.each([
    ['RATE_LIMIT_PER_KEY', 'This key may send 2 requests a minute.'],
    ['RATE_LIMIT_PER_WORKSPACE', 'This workspace may send 2 requests a minute.'],
    ['RATE_LIMIT_PER_ADDRESS', 'This address may send 2 requests a minute.'],
  ])('hold by %s', async (setting, detail) => {
    await start({ [setting]: '2' });
    const answers = [await get('/v1/notes'), await get('/v1/notes'), await get('/v1/notes')];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
    expect(answers[2]!.json()).toMatchObject(exceeded(detail));
    const elsewhere = await get('/v1/notes', { from: '203.0.113.2' });
    expect(elsewhere.statusCode).toBe(setting === 'RATE_LIMIT_PER_ADDRESS' ? 200 : 429);
  });

  it('hold for strangers on public pages, by address', async () => {
    await start({ RATE_LIMIT_PUBLIC_PER_ADDRESS: '1' });
    expect((await get('/v1/notes/page')).statusCode).toBe(200);
    const refused = await get('/v1/notes/page');
    expect(refused.json()).toMatchObject(exceeded('This address may send 1 requests a minute.'));
    expect((await get('/v1/notes/page', { from: '203.0.113.2' })).statusCode).toBe(200);
  });

  it('stop who keeps guessing keys, and nobody else', async () => {
    await start({ RATE_LIMIT_DENIED_PER_ADDRESS: '2' });
    const guess = () => get('/v1/notes', { as: `evg_${'x'.repeat(43)}` });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await guess()).statusCode);
    expect(statuses).toEqual([401, 401, 401, 429]);
    expect((await get('/v1/notes', { from: '203.0.113.2' })).statusCode).toBe(200);
  });
});

describe('a route that names neither a scope nor that it is public', () => {
  it('keeps the service from starting', async () => {
    @Controller('open')
    class OpenController {
      @Get()
      read() {
        return 'open';
      }
    }
    @Module({ controllers: [OpenController] })
    class OpenModule {}
    const config = new NotesConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent' });
    await expect(createService({ service: 'open', module: OpenModule, config })).rejects.toThrow(
      'OpenController.read',
    );
  });
});
