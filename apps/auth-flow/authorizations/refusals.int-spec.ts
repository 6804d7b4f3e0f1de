import { jest } from '@jest/globals';
import { DatabaseUnavailableError } from '#storage';
import type { VisitedPage } from '#testing';
import { ConnectFixture, type Session } from '../connect-sessions/connect.fixture.js';
import { CompletionService } from './completion.service.js';

let world: ConnectFixture;
let session: Session;
let before: unknown;
beforeAll(async () => {
  world = await ConnectFixture.start();
}, 30_000);
afterAll(() => world.stop());
beforeEach(async () => {
  await world.control.delete('/faults');
  session = await world.session();
  before = await world.connections();
});

/** The page says it, the session has the reason, the audit log an entry, and no connection is touched. */
async function expectRefused(
  page: VisitedPage,
  { status, text, code, actor = 'end_user', state = 'failed' }: Record<string, string | number | RegExp>,
): Promise<void> {
  expect(page.status).toBe(status);
  expect(page.html).toMatch(text as RegExp);
  expect(page.headers.get('content-security-policy')).toContain("form-action 'none'");
  expect(page.headers.get('cache-control')).toBe('no-store');
  const told = await world.told(session.id);
  expect(told).toMatchObject({ state, failure: { code, detail: expect.stringMatching(/\w+ \w+.*\.$/) } });
  expect((await world.audited(session.id)).at(-1)).toMatchObject({
    action: 'connect_session.refused',
    actor,
    detail: { code },
  });
  expect(await world.connections()).toEqual(before);
}

/** A browser whose cookie can be shown again after it was taken away. */
function startedByHand() {
  const browser = world.browser();
  let kept = '';
  const fetched = browser.fetch.bind(browser);
  browser.fetch = async (url, form) => {
    const answer = await fetched(url, form);
    kept = answer.headers.getSetCookie()[0]?.split(';')[0] ?? kept;
    return answer;
  };
  return { browser, cookie: () => kept };
}

/** What is left sealed of this session's visits. */
const sealedRest = () =>
  world.database.query(
    `SELECT 1 FROM authorization_request WHERE connect_session_id = $1 AND used_at IS NOT NULL AND sealed IS NOT NULL
       AND NOT holds_grant`,
    [session.id],
  );

describe('a callback', () => {
  it('with a state that is not ours is laid at the door of the browser that brought it', async () => {
    const browser = world.browser();
    const back = await world.untilCallback(session.url, browser);
    const right = new URL(back);
    back.searchParams.set('state', 'guessed');
    const page = await browser.open(back);
    await expectRefused(page, { status: 400, text: /began here/, code: 'state_unknown' });
    // And has used up nothing: the right one still works.
    expect((await browser.open(right)).leftFor?.searchParams.get('connect_session')).toBe(session.id);
  });

  it('with a state that is not ours, from a stranger, is audited under its integration, but not without end', async () => {
    const integration = await world.newIntegration();
    const at = new URL(`${world.api.origin}/oauth/callback/${integration}?state=guessed&code=x`);
    for (let i = 0; i < 25; i++) expect((await world.browser().open(at)).status).toBe(400);
    const entries = await world.audited(integration);
    expect(entries[0]).toMatchObject({ actor: 'anonymous', detail: { code: 'state_unknown' } });
    expect(entries.length).toBe(20);
    expect((await world.browser().open(`${world.api.origin}/oauth/callback/int_none?code=x`)).status).toBe(
      400,
    );
  });

  it('that is replayed changes nothing', async () => {
    const { browser, cookie } = startedByHand();
    const back = await world.untilCallback(session.url, browser);
    const first = await fetch(back, { redirect: 'manual', headers: { cookie: cookie() } });
    const code = new URL(first.headers.get('location') ?? '').searchParams.get('code');
    before = await world.connections();
    const replay = await fetch(back, { redirect: 'manual', headers: { cookie: cookie() } });
    const page = { url: back, status: replay.status, headers: replay.headers, html: await replay.text() };
    await expectRefused(page, {
      status: 410,
      text: /already used/,
      code: 'state_used',
      state: 'awaiting_confirmation',
    });
    expect((await world.confirm(session.id, code)).status).toBe(200);
  });

  it('without the cookie of the browser that began is refused, and leaves the state to that browser', async () => {
    const browser = world.browser();
    const back = await world.untilCallback(session.url, browser);
    const page = await world.browser().open(back);
    await expectRefused(page, {
      status: 400,
      text: /same browser/,
      code: 'browser_mismatch',
      actor: 'anonymous',
    });
    expect(page.html).not.toContain('platform.example');
    expect((await browser.open(back)).leftFor?.searchParams.get('connect_session')).toBe(session.id);
  });

  it('to the redirect URI of another integration is refused', async () => {
    const browser = world.browser();
    const back = await world.untilCallback(session.url, browser);
    back.pathname = `/oauth/callback/${await world.newIntegration()}`;
    await expectRefused(await browser.open(back), {
      status: 400,
      text: /began here/,
      code: 'integration_mismatch',
    });
  });

  it('from another issuer is refused before its code is used (RFC 9207)', async () => {
    const browser = world.browser();
    const back = await world.untilCallback(session.url, browser);
    back.searchParams.set('iss', 'https://evil.example');
    await expectRefused(await browser.open(back), {
      status: 502,
      text: /could not be connected/,
      code: 'issuer_mismatch',
    });
  });

  it('with access_denied says so, and offers to try again or to go back', async () => {
    const page = await world.connect(session.url, 'deny');
    await expectRefused(page, { status: 403, text: /did not allow/, code: 'access_denied' });
    expect(page.html).toContain(`href="${session.url}"`);
    expect(page.html).toContain(`connect_session=${session.id}&amp;error=access_denied`);
  });
});

describe('a link', () => {
  it('that expired leads nowhere, and is told once however often it is opened', async () => {
    await world.database.query(
      `UPDATE connect_session SET expires_at = now() - interval '1 s' WHERE id = $1`,
      [session.id],
    );
    const page = await world.browser().open(session.url);
    await expectRefused(page, {
      status: 410,
      text: /no longer works/,
      code: 'link_expired',
      actor: 'anonymous',
      state: 'expired',
    });
    expect((await world.browser().open(`${session.url}/start`)).status).toBe(410);
    const refusals = (await world.audited(session.id)).filter(({ action }) => action.endsWith('refused'));
    expect(refusals.length).toBe(1);
  });

  it('that nobody made is not found', async () => {
    const page = await world.browser().open(`${world.api.origin}/connect/${'x'.repeat(43)}`);
    expect([page.status, page.html]).toEqual([404, expect.stringContaining('no longer works')]);
  });
});

describe("a provider's answer", () => {
  const cases = [
    [
      'that refuses the code',
      { kind: 'error', status: 400, body: { error: 'invalid_grant' } },
      'code_refused',
    ],
    [
      'that refuses our client',
      { kind: 'error', status: 401, body: { error: 'invalid_client' } },
      'client_refused',
    ],
    ['of an outage', { kind: 'error', status: 503 }, 'provider_unavailable'],
    ['that never comes', { kind: 'lost_answer' }, 'provider_unavailable'],
    ['without a token', { kind: 'no_token' }, 'answer_without_token'],
    ['of garbage', { kind: 'garbage' }, 'answer_not_understood'],
    ['whose ID token has another nonce', { kind: 'wrong_nonce' }, 'id_token_nonce'],
  ] as const;

  it.each(cases)('%s connects nothing and may be tried again', async (_name, fault, code) => {
    await world.fault(fault);
    const page = await world.connect(session.url);
    await expectRefused(page, { status: 502, text: /could not be connected/, code });
    expect(await sealedRest()).toEqual([]);
    expect((await world.connect(session.url)).leftFor?.searchParams.has('code')).toBe(true);
  });

  it('that cannot be believed is given back', async () => {
    await world.fault({ kind: 'wrong_nonce' });
    await world.connect(session.url);
    expect((await world.audited(session.id)).at(-1)?.detail).toMatchObject({ grant_given_back: true });
  });
});

describe('an outage of ours', () => {
  it('after the exchange loses no token: the page asks to reload, and the reload goes on from the landed answer', async () => {
    const browser = world.browser();
    const back = await world.untilCallback(session.url, browser);
    const completion = world.app.get(CompletionService, { strict: false });
    jest.spyOn(completion, 'complete').mockRejectedValueOnce(new DatabaseUnavailableError('gone'));
    const page = await browser.open(back);
    expect([page.status, page.html]).toEqual([503, expect.stringContaining('reload this page')]);
    expect(page.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await sealedRest()).toHaveLength(1);
    expect(await world.connections()).toEqual(before);

    const asked = async () => (await world.control.get<{ data: unknown[] }>('/ledger')).body.data.length;
    const requests = await asked();
    expect((await browser.open(back)).leftFor?.searchParams.has('code')).toBe(true);
    expect(await asked()).toBe(requests);
    expect(await sealedRest()).toEqual([]);
  });
});

it('of two callbacks at once, one gets through', async () => {
  const { browser, cookie } = startedByHand();
  const back = await world.untilCallback(session.url, browser);
  const once = () => fetch(back, { redirect: 'manual', headers: { cookie: cookie() } });
  const statuses = (await Promise.all([once(), once(), once()])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([303, 410, 410]);
  expect(await world.told(session.id)).toMatchObject({ state: 'awaiting_confirmation' });
});
