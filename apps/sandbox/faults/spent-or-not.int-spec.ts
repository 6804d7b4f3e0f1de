import type { TokenAnswer } from '../testing/sandbox-client.js';
import { sha256, useSandbox } from '../testing/use-sandbox.js';

const { client, ledger, control } = useSandbox();

/** How the client saw its answer. */
type Seen = { status: number; text: string; retryAfter: string | null } | { broken: true };

const cases: [fault: object, spent: boolean, outcome: string, answered: boolean, seen: Partial<Seen>][] = [
  [{ kind: 'latency', milliseconds: 50 }, true, 'granted', true, { status: 200 }],
  [{ kind: 'latency', milliseconds: 50, when: 'after' }, true, 'granted', true, { status: 200 }],
  [{ kind: 'dropped_request' }, false, 'faulted', false, { broken: true }],
  [{ kind: 'lost_answer' }, true, 'granted', false, { broken: true }],
  [{ kind: 'error', status: 503 }, false, 'faulted', true, { status: 503 }],
  [{ kind: 'error', status: 502, when: 'after' }, true, 'granted', true, { status: 502 }],
  [{ kind: 'throttled', retry_after_seconds: 9 }, false, 'faulted', true, { status: 429, retryAfter: '9' }],
  [{ kind: 'truncated_body' }, true, 'granted', false, { broken: true }],
  [
    { kind: 'truncated_body', ending: 'clean', bytes: 17 },
    true,
    'granted',
    false,
    { status: 200, text: '{"access_token":"' },
  ],
  [{ kind: 'garbage', body: 'Oops' }, true, 'granted', true, { status: 200, text: 'Oops' }],
  [{ kind: 'slow_body', milliseconds: 100 }, true, 'granted', true, { status: 200 }],
  [{ kind: 'wrong_content_type' }, true, 'granted', true, { status: 200 }],
  [{ kind: 'no_token' }, true, 'granted', true, { status: 200 }],
];

const look = async (answer: Promise<TokenAnswer>): Promise<Seen> => {
  try {
    const { status, body, headers } = await answer;
    return { status, text: String(body['text']), retryAfter: headers.get('retry-after') };
  } catch {
    return { broken: true };
  }
};

describe('a refresh struck by a fault', () => {
  afterEach(() => control('DELETE', '/faults'));

  it.each(cases)('%j: spent %s, %s, answered %s', async (fault, spent, outcome, answered, seen) => {
    const one = await client();
    const { refresh_token } = (await one.connect()).body;
    const hash = sha256(refresh_token);
    const put = await control('PUT', '/faults', {
      faults: [{ endpoint: 'token', client: one.id, times: 1, ...fault }],
    });
    expect(put.status).toBe(200);
    if ('text' in seen) expect(await look(raw(one, refresh_token))).toMatchObject(seen);
    else expect(await look(one.refresh(refresh_token))).toMatchObject(seen);
    const [entry] = await ledger(`refresh_token_hash=${hash}`);
    expect(entry).toMatchObject({ outcome, answered, replay: null, presented: { hash } });
    expect(entry?.killed).toEqual(spent ? [{ kind: 'refresh_token', hash, why: 'rotated' }] : []);
    expect(entry?.minted.refresh_token !== undefined).toBe(spent);
    const again = await one.refresh(refresh_token);
    expect(again.status).toBe(spent ? 400 : 200);
    const [, replay] = await ledger(`refresh_token_hash=${hash}`);
    expect(replay).toMatchObject({ replay: spent ? 'reuse' : null });
  });

  it('is made whole by the window of its mode, when only the answer was lost', async () => {
    for (const persona of ['rotation-b', 'rotation-c', 'rotation-d', 'rotation-e']) {
      const one = await client({ persona });
      const { refresh_token } = (await one.connect()).body;
      const fault = { endpoint: 'token', client: one.id, times: 1, kind: 'lost_answer' };
      await control('PUT', '/faults', { faults: [fault] });
      await expect(one.refresh(refresh_token)).rejects.toThrow('fetch failed');
      const retried = await one.refresh(refresh_token);
      expect(retried.status).toBe(200);
      expect((await one.refresh(retried.body.refresh_token)).status).toBe(200);
    }
  });
});

/** The body as it came, although it calls itself JSON. */
async function raw(one: Awaited<ReturnType<typeof client>>, refreshToken: string): Promise<TokenAnswer> {
  const response = await one.send('/token', { grant_type: 'refresh_token', refresh_token: refreshToken });
  const body = { text: await response.text() } as unknown as TokenAnswer['body'];
  return { status: response.status, headers: response.headers, body };
}
