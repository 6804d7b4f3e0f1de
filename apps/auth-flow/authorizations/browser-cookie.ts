import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What binds one visit to the provider to the browser that began it. One cookie a state: tabs do not disturb each other. */
export interface BrowserCookie {
  /** The authorization request's id. */
  id: string;
  secret: string;
}

const path = '/oauth/callback';
const stem = 'evergrant_authorization_';
/** A browser with more of them than this is not asked about all. */
const mostRead = 10;

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** 256 bits. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** `__Host-` would need path `/`, and so would send the cookie to every page of the origin. */
function nameFor(state: string, secure: boolean): string {
  return `${secure ? '__Secure-' : ''}${stem}${sha256(state).toString('hex').slice(0, 16)}`;
}

export function setCookie(state: string, cookie: BrowserCookie, secure: boolean, lifeMs: number): string {
  const name = nameFor(state, secure);
  return `${name}=${cookie.id}.${cookie.secret}; Path=${path}; Max-Age=${lifeMs / 1000}; ${attributes(secure)}`;
}

export function clearCookie(state: string, secure: boolean): string {
  return `${nameFor(state, secure)}=; Path=${path}; Max-Age=0; ${attributes(secure)}`;
}

/** Lax: the provider's redirect is a top-level GET from another site. */
function attributes(secure: boolean): string {
  return `HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** The cookie of this very state. */
export function cookieOf(
  header: string | undefined,
  state: string,
  secure: boolean,
): BrowserCookie | undefined {
  const name = nameFor(state, secure);
  return pairs(header).flatMap(([given, value]) => (given === name ? parse(value) : []))[0];
}

/** Every cookie of ours in this browser: where the state is not one of ours, they say whose visit it was. */
export function allCookies(header: string | undefined, secure: boolean): BrowserCookie[] {
  const prefix = `${secure ? '__Secure-' : ''}${stem}`;
  return pairs(header)
    .flatMap(([name, value]) => (name.startsWith(prefix) ? parse(value) : []))
    .slice(0, mostRead);
}

export function isSameBrowser(
  cookie: BrowserCookie | undefined,
  request: { id: string; browserHash: Buffer },
): boolean {
  if (cookie === undefined || cookie.id !== request.id) return false;
  return timingSafeEqual(sha256(cookie.secret), request.browserHash);
}

function pairs(header = ''): [string, string][] {
  return header.split(';').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
}

function parse(value: string): BrowserCookie[] {
  const [id, secret, ...more] = value.split('.');
  return id && secret && more.length === 0 ? [{ id, secret }] : [];
}
