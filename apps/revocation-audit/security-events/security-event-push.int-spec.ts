import { generateKeyPair } from 'jose';
import { eventually } from '#testing';
import { jest } from '@jest/globals';
import { DueSecurityEventsService } from './processing/due-security-events.service.js';
import { SecurityEventsFixture, type Stream } from './security-events.fixture.js';
import { caep, verification, type Forgery } from './transmitter.fixture.js';

let fixture: SecurityEventsFixture;
let stream: Stream;

beforeAll(async () => {
  fixture = await SecurityEventsFixture.start();
  stream = await fixture.stream();
}, 30_000);
afterAll(() => fixture.stop());
afterEach(() => {
  jest.restoreAllMocks();
  fixture.transmitter.broken.clear();
});

const about = (email: string, type = `${caep}session-revoked`, payload = {}): Forgery => ({
  claims: { sub_id: { format: 'email', email }, events: { [type]: payload } },
});
const errorOf = (text: string) => (JSON.parse(text) as { err: string }).err;

describe('a receiver of pushed SETs (RFC 8935)', () => {
  it('answers 202 without a body when the SET is stored, and not before', async () => {
    jest.spyOn(DueSecurityEventsService.prototype, 'process').mockResolvedValue();
    const own = await fixture.stream();
    const { status, text } = await fixture.push(own, { claims: { jti: 'stored' } });
    expect([status, text]).toEqual([202, '']);
    expect((await fixture.received(own)).map(({ jti }) => jti)).toEqual(['stored']);
  });

  it('answers 202 to a jti that came before, and does nothing', async () => {
    const person = await fixture.person();
    const own = await fixture.stream();
    const body = await fixture.transmitter.set(own.push_endpoint!, about(person.email));
    const answers = await Promise.all([1, 2, 3].map(() => fixture.push(own, { body })));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    await eventually(async () => expect(await fixture.stateOf(person)).toBe('paused'));
    await fixture.database.query(`UPDATE connection SET state = 'active' WHERE id = $1`, [person.connection]);
    expect((await fixture.push(own, { body })).status).toBe(202);
    expect(await fixture.outcomes(own)).toHaveLength(1);
    expect(await fixture.stateOf(person)).toBe('active');
  });

  it('keeps the same jti of two streams apart', async () => {
    const other = await fixture.stream();
    const [first, second] = [
      await fixture.push(stream, { claims: { jti: 'shared' } }),
      await fixture.push(other, { claims: { jti: 'shared' } }),
    ];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect((await fixture.received(other)).map(({ jti }) => jti)).toEqual(['shared']);
  });

  it.each<[string, Forgery, string]>([
    ['is an ID token', { header: { typ: 'JWT' } }, 'invalid_request'],
    ['has no jti', { claims: { jti: undefined } }, 'invalid_request'],
    ['has no event', { claims: { events: {} } }, 'invalid_request'],
    [
      'has sub beside sub_id',
      { claims: { sub: 'x', sub_id: { format: 'opaque', id: 'x' } } },
      'invalid_request',
    ],
    ['is from another issuer', { claims: { iss: 'https://other.example' } }, 'invalid_issuer'],
    ['is for another receiver', { claims: { aud: 'https://other.example' } }, 'invalid_audience'],
    ['is signed by an unknown key', { header: { kid: 'k9' } }, 'invalid_key'],
  ])('answers 400 with err and description in a named language where the SET %s', async (_, forgery, err) => {
    const { status, headers, text } = await fixture.push(stream, forgery);
    expect([status, headers.get('content-type'), headers.get('content-language')]).toEqual([
      400,
      expect.stringContaining('application/json'),
      'en',
    ]);
    expect(JSON.parse(text)).toEqual({ err, description: expect.any(String) as string });
  });

  it("answers authentication_failed to a stranger's signature", async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const { status, text } = await fixture.push(stream, { key: privateKey });
    expect([status, errorOf(text)]).toEqual([400, 'authentication_failed']);
  });

  it.each(['', 'not a SET', '{"sets": {}}'])('answers invalid_request to the body %p', async (body) => {
    const { status, text } = await fixture.push(stream, { body });
    expect([status, errorOf(text)]).toEqual([400, 'invalid_request']);
  });

  it('answers invalid_request to JSON in place of a SET', async () => {
    const { status, text } = await fixture.push(stream, {
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect([status, errorOf(text)]).toEqual([400, 'invalid_request']);
  });

  it('answers 401, and nothing of whether there is such a stream, without the authorization of the stream', async () => {
    const other = await fixture.stream();
    const answers = [
      await fixture.push(stream, { headers: { authorization: 'Bearer wrong' } }),
      await fixture.push(stream, { headers: { authorization: other.authorization } }),
      await fixture.push({ ...stream, id: `sst_${'0'.repeat(36)}` }),
      await fixture.push({ ...stream, id: 'x' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]!.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('answers 403 where the stream is polled', async () => {
    const poll_endpoint = `${fixture.transmitter.url}/nowhere`;
    const polled = await fixture.stream({ delivery: 'poll', poll_endpoint, audience: ['us'] });
    const { status, text } = await fixture.push(polled, { claims: { aud: 'us' } });
    expect([status, errorOf(text)]).toEqual([403, 'access_denied']);
  });

  it('answers 503, and stores nothing, while the keys of the issuer cannot be had', async () => {
    fixture.transmitter.broken.add('/keys?down');
    const own = await fixture.stream({ jwks_uri: `${fixture.transmitter.url}/keys?down` });
    const { status, headers } = await fixture.push(own);
    expect([status, headers.has('retry-after')]).toEqual([503, true]);
    expect(await fixture.received(own)).toEqual([]);
  });

  it('takes the keys that came with the stream, and asks nobody', async () => {
    const own = await fixture.stream({ jwks: fixture.transmitter.jwks });
    expect((await fixture.push(own)).status).toBe(202);
  });
});

describe('a receiver of SSF 1.0', () => {
  it('takes a verification event and says when it came', async () => {
    const own = await fixture.stream();
    const sub_id = { format: 'opaque', id: 'stream-1' };
    const events = { [verification]: { state: 'of the console' } };
    expect((await fixture.push(own, { claims: { sub_id, events } })).status).toBe(202);
    const { body } = await fixture.api.get(`/v1/security-event-streams/${own.id}`);
    expect(body['verified_at']).toEqual(expect.any(String));
    expect(await fixture.outcomes(own)).toEqual([{ action: 'ignore', matched: 0 }]);
  });

  it('remembers what the transmitter says of the stream', async () => {
    const own = await fixture.stream();
    const type = verification.replace('verification', 'stream-updated');
    await fixture.push(own, { claims: { events: { [type]: { status: 'paused' } } } });
    const { body } = await fixture.api.get(`/v1/security-event-streams/${own.id}`);
    expect(body['transmitter_status']).toBe('paused');
  });

  it('answers 202 to an event about nobody here, and to one that it does not know', async () => {
    const own = await fixture.stream();
    const unknown = { events: { 'https://example.com/event/new': {} }, sub_id: { format: 'ip', ip: '::1' } };
    expect((await fixture.push(own, about('nobody@example.com'))).status).toBe(202);
    expect((await fixture.push(own, { claims: unknown })).status).toBe(202);
    expect(await fixture.outcomes(own)).toEqual([
      { action: 'freeze', matched: 0 },
      { action: 'notify', matched: 0 },
    ]);
  });
});
