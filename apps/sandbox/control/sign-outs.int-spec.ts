import { decodeJwt, type JSONWebKeySet } from 'jose';
import { LogoutListener } from '../testing/logout-listener.js';
import { ScriptedBrowser } from '../testing/scripted-browser.js';
import { useSandbox } from '../testing/use-sandbox.js';

const { client, control, api, origin } = useSandbox();
const keys = async () => (await (await api('/jwks')).json()) as JSONWebKeySet;
const afterLogout = 'http://localhost:4000/signed-out';

let listener: LogoutListener;
beforeEach(async () => {
  listener = await LogoutListener.open();
  await control('PUT', '/users/grace', { password: 'hopper', sub: 'sub-of-grace' });
});
afterEach(() => listener.close());

/** Grace signed in at a client that wants to be told of her logout. */
async function graceSignedIn(metadata: object = listener.metadata, browser = new ScriptedBrowser(origin())) {
  const one = await client({ ...metadata, post_logout_redirect_uris: [afterLogout] });
  const { body } = await one.connect({ browser, login: 'grace', password: 'hopper' });
  const isSignedIn = async () =>
    (await one.authorize({ browser, parameters: { prompt: 'none' } })).told.has('code');
  return { one, browser, idToken: body.id_token, sid: decodeJwt(body.id_token)['sid'], isSignedIn };
}

const logoutClaims = (sid: unknown) => ({
  sub: 'sub-of-grace',
  sid,
  events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  jti: expect.stringMatching(/./),
  iat: expect.any(Number),
  exp: expect.any(Number),
});

const signOut = (login: string) => control('POST', `/users/${login}/sign-out`);

describe('signing a user out over the control API', () => {
  it('ends the session, and tells its client with a logout token of the sid in the ID token', async () => {
    const { one, sid, isSignedIn } = await graceSignedIn();
    expect(sid).toMatch(/./);
    expect(await isSignedIn()).toBe(true);
    expect(await signOut('grace')).toEqual({
      status: 200,
      body: { sessions: 1, clients_told: 1, clients_failed: 0 },
    });
    const claims = await listener.onlyToken(await keys(), { issuer: origin(), audience: one.id });
    expect(claims).toMatchObject(logoutClaims(sid));
    expect(claims).not.toHaveProperty('nonce');
    expect(await isSignedIn()).toBe(false);
  });

  it('ends every session of the user, and nobody else’s', async () => {
    const [first, second] = [await graceSignedIn(), await graceSignedIn()];
    const browser = new ScriptedBrowser(origin());
    const ada = await client(listener.metadata);
    await ada.connect({ browser });
    expect((await signOut('grace')).body).toEqual({ sessions: 2, clients_told: 2, clients_failed: 0 });
    expect(new Set(listener.tokens.map((token) => decodeJwt(token)['sid']))).toEqual(
      new Set([first.sid, second.sid]),
    );
    expect((await ada.authorize({ browser, parameters: { prompt: 'none' } })).told.has('code')).toBe(true);
  });

  it('counts a client that does not take the token, and ends the session all the same', async () => {
    const broken = await LogoutListener.open(500);
    const { isSignedIn } = await graceSignedIn(broken.metadata);
    await broken.close();
    const refusing = await LogoutListener.open(400);
    const other = await graceSignedIn(refusing.metadata);
    expect((await signOut('grace')).body).toEqual({ sessions: 2, clients_told: 0, clients_failed: 2 });
    expect(refusing.tokens).toHaveLength(1);
    await refusing.close();
    expect([await isSignedIn(), await other.isSignedIn()]).toEqual([false, false]);
  });

  it('has nothing to do for a user without a session, and nobody to sign out where there is no user', async () => {
    expect((await signOut('grace')).body).toEqual({ sessions: 0, clients_told: 0, clients_failed: 0 });
    expect((await signOut('nobody')).status).toBe(404);
  });
});

describe('logging out as a client asks', () => {
  const logout = (parameters: Record<string, string>) =>
    new URL(`/logout?${new URLSearchParams(parameters)}`, origin());

  it('ends the session, tells every client of it, and goes back to the registered URI with the state', async () => {
    const { idToken, browser, sid, one, isSignedIn } = await graceSignedIn();
    const quiet = await LogoutListener.open();
    const elsewhere = await graceSignedIn(quiet.metadata, browser);
    const asked = { id_token_hint: idToken, post_logout_redirect_uri: afterLogout, state: 'a-state' };
    const page = await browser.open(logout(asked));
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(await page.response.text())?.[1] ?? '';
    const { leftFor } = await browser.open('/logout/confirm', { xsrf, logout: 'yes' });
    expect(leftFor?.href).toBe(`${afterLogout}?state=a-state`);
    const mine = await listener.onlyToken(await keys(), { issuer: origin(), audience: one.id });
    expect(mine).toMatchObject(logoutClaims(sid));
    const theirs = await quiet.onlyToken(await keys(), { issuer: origin(), audience: elsewhere.one.id });
    await quiet.close();
    expect(theirs['sid']).toBe(elsewhere.sid);
    expect(await isSignedIn()).toBe(false);
  });

  it('goes nowhere that is not registered', async () => {
    const { idToken, browser, isSignedIn } = await graceSignedIn();
    const asked = { id_token_hint: idToken, post_logout_redirect_uri: 'http://localhost:4000/elsewhere' };
    const { response, leftFor } = await browser.open(logout(asked));
    expect([response.status, leftFor]).toEqual([400, undefined]);
    expect(await isSignedIn()).toBe(true);
  });
});
