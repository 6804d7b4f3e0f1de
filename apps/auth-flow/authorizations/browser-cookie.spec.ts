import { allCookies, clearCookie, cookieOf, isSameBrowser, setCookie, sha256 } from './browser-cookie.js';

const cookie = { id: 'aut_1', secret: 's3cret' };
/** As the browser sends it back, beside another's. */
const sent = (line: string) => `theme=dark; ${line.split(';')[0]}`;

describe('the cookie of a visit', () => {
  it('goes to the callback alone, over https only where that is how we are reached', () => {
    const secure = setCookie('state', cookie, true, 600_000);
    expect(secure).toMatch(
      /^__Secure-evergrant_authorization_[0-9a-f]{16}=aut_1\.s3cret; Path=\/oauth\/callback; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(setCookie('state', cookie, false, 600_000)).not.toMatch(/Secure/);
    expect(clearCookie('state', true)).toMatch(/=; Path=\/oauth\/callback; Max-Age=0; .*Secure$/);
  });

  it('belongs to one state: two tabs do not disturb each other', () => {
    const both = `${sent(setCookie('one', cookie, true, 1))}; ${sent(setCookie('two', { id: 'aut_2', secret: 'x' }, true, 1))}`;
    expect(cookieOf(both, 'one', true)).toEqual(cookie);
    expect(cookieOf(both, 'three', true)).toBeUndefined();
    expect(allCookies(both, true).map(({ id }) => id)).toEqual(['aut_1', 'aut_2']);
  });

  it('without the prefix that only https can set is not believed on https', () => {
    expect(cookieOf(sent(setCookie('state', cookie, false, 1)), 'state', true)).toBeUndefined();
  });

  it('proves the browser by request and secret together', () => {
    const request = { id: 'aut_1', browserHash: sha256('s3cret') };
    expect(isSameBrowser(cookie, request)).toBe(true);
    expect(isSameBrowser({ ...cookie, id: 'aut_2' }, request)).toBe(false);
    expect(isSameBrowser({ ...cookie, secret: 'other' }, request)).toBe(false);
    expect(isSameBrowser(undefined, request)).toBe(false);
  });
});
