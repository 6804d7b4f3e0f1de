import { eventually } from '#testing';
import { jest } from '@jest/globals';
import { ReceiverService } from './receiving/receiver.service.js';
import { SecurityEventsFixture, type Stream } from './security-events.fixture.js';
import { caep } from './transmitter.fixture.js';

const audience = 'our-client-id';
let fixture: SecurityEventsFixture;

beforeAll(async () => {
  fixture = await SecurityEventsFixture.start();
  // A second replica: what is due is due for both.
  await fixture.replica();
}, 30_000);
afterAll(() => fixture.stop());

let stream: Stream;
beforeEach(async () => {
  fixture.transmitter.queue.clear();
  fixture.transmitter.asked.length = 0;
  stream = await fixture.stream({
    delivery: 'poll',
    audience: [audience],
    poll_endpoint: `${fixture.transmitter.url}/poll`,
    poll_authorization: 'Bearer poll-secret',
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  fixture.transmitter.broken.clear();
  await fixture.api.delete(`/v1/security-event-streams/${stream.id}`);
});

/** Lets polls answer a SET, listed by its jti unless told. */
async function queue(jti: string, claims: Record<string, unknown> = {}, listedBy = jti): Promise<string> {
  const set = await fixture.transmitter.set(audience, { claims: { jti, ...claims } });
  fixture.transmitter.queue.set(listedBy, set);
  return set;
}

const polls = () => fixture.transmitter.to('/poll').map(({ body }) => body);
const gone = (jti: string) =>
  eventually(async () => {
    expect([...fixture.transmitter.queue.keys()]).not.toContain(jti);
  });

describe('a receiver that polls (RFC 8936)', () => {
  it('stores a SET, acts on it, and acknowledges it with its next question', async () => {
    const person = await fixture.person();
    await queue('polled', { sub_id: { format: 'email', email: person.email } });
    await gone('polled');
    expect((await fixture.received(stream)).map(({ jti }) => jti)).toEqual(['polled']);
    await eventually(async () => expect(await fixture.stateOf(person)).toBe('paused'));
    const [first] = polls();
    expect(first).toEqual({ maxEvents: 50, returnImmediately: false });
    expect(polls()).toContainEqual({ maxEvents: 50, returnImmediately: true, ack: ['polled'] });
    expect(fixture.transmitter.to('/poll').map(({ authorization }) => authorization)).toContain(
      'Bearer poll-secret',
    );
  });

  it('acknowledges nothing that is not stored', async () => {
    const store = jest.spyOn(ReceiverService.prototype, 'store').mockRejectedValue(new Error('no disk'));
    await queue('unstored');
    await eventually(async () => expect(store).toHaveBeenCalled());
    await eventually(async () => {
      const { body } = await fixture.api.get(`/v1/security-event-streams/${stream.id}`);
      expect(body['last_error']).toBe('no disk');
    });
    expect(polls().flatMap(({ ack = [] }) => ack)).toEqual([]);
    expect([...fixture.transmitter.queue.keys()]).toEqual(['unstored']);
  });

  it('acknowledges a SET that comes again, and does not act on it again', async () => {
    const set = await queue('twice');
    await gone('twice');
    fixture.transmitter.queue.set('twice', set);
    await gone('twice');
    expect(await fixture.outcomes(stream)).toHaveLength(1);
  });

  it('says of each SET that it refuses why, and takes the others', async () => {
    await queue('other-issuer', { iss: 'https://other.example' });
    await queue('no-events', { events: {} });
    await queue('good');
    await queue('inside', {}, 'outside');
    fixture.transmitter.queue.set('no-set', 'x');
    for (const jti of ['other-issuer', 'no-events', 'good', 'outside', 'no-set']) await gone(jti);
    const errors: Record<string, { err: string }> = Object.assign(
      {},
      ...polls().map(({ setErrs }) => setErrs),
    );
    expect(Object.fromEntries(Object.entries(errors).map(([jti, { err }]) => [jti, err]))).toEqual({
      'other-issuer': 'invalid_issuer',
      'no-events': 'invalid_request',
      outside: 'invalid_request',
      'no-set': 'invalid_request',
    });
    expect((await fixture.received(stream)).map(({ jti }) => jti)).toEqual(['good']);
  });

  it('is one replica at a time', async () => {
    for (let i = 0; i < 5; i++) {
      await queue(`set-${i}`);
      await gone(`set-${i}`);
    }
    expect(fixture.transmitter.mostPolls).toBe(1);
    expect(await fixture.outcomes(stream)).toHaveLength(5);
  });

  it('neither acknowledges nor refuses what it has no keys for', async () => {
    fixture.transmitter.broken.add('/keys?gone');
    const own = await fixture.stream({
      ...{ delivery: 'poll', audience: [audience], poll_endpoint: `${fixture.transmitter.url}/poll` },
      jwks_uri: `${fixture.transmitter.url}/keys?gone`,
    });
    await fixture.api.delete(`/v1/security-event-streams/${stream.id}`);
    stream = own;
    await eventually(async () => expect(polls().length).toBeGreaterThan(1));
    await queue('undecided', { events: { [`${caep}session-revoked`]: {} } });
    await eventually(async () => expect(fixture.transmitter.to('/keys?gone').length).toBeGreaterThan(0));
    expect(polls().every(({ ack, setErrs }) => !ack && !setErrs)).toBe(true);
    expect([...fixture.transmitter.queue.keys()]).toEqual(['undecided']);
  });
});
