import { createHash } from 'node:crypto';

/**
 * What one sign-in keeps in the browser that began it: PKCE verifier and nonce, so that the database holds nothing
 * that could complete it. One cookie a state: tabs do not disturb each other.
 */
export interface SignInCookie {
  codeVerifier: string;
  nonce: string;
}

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

export function signInCookieName(state: string, secure: boolean): string {
  return `${secure ? '__Host-' : ''}evergrant_sign_in_${sha256(state).toString('hex').slice(0, 16)}`;
}

export function setSignInCookie(state: string, value: string, secure: boolean, lifeSeconds: number): string {
  return `${signInCookieName(state, secure)}=${value}; Path=/; Max-Age=${lifeSeconds}; ${attributes(secure)}`;
}

export function clearSignInCookie(state: string, secure: boolean): string {
  return `${signInCookieName(state, secure)}=; Path=/; Max-Age=0; ${attributes(secure)}`;
}

/** Lax: the identity provider's redirect is a top-level GET from another site. */
function attributes(secure: boolean): string {
  return `HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

export const cookieText = ({ codeVerifier, nonce }: SignInCookie): string => `${codeVerifier}.${nonce}`;

export function parseCookieText(value: string): SignInCookie | undefined {
  const [codeVerifier, nonce, ...more] = value.split('.');
  return codeVerifier && nonce && more.length === 0 ? { codeVerifier, nonce } : undefined;
}
