const stem = 'evergrant_session';

/** `__Host-` binds a cookie to this very host over TLS; browsers refuse the prefix on plain http://localhost. */
export function sessionCookieName(secure: boolean): string {
  return secure ? `__Host-${stem}` : stem;
}

export function setSessionCookie(secret: string, secure: boolean, lifeSeconds: number): string {
  return `${sessionCookieName(secure)}=${secret}; Path=/; Max-Age=${lifeSeconds}; ${attributes(secure)}`;
}

export function clearSessionCookie(secure: boolean): string {
  return `${sessionCookieName(secure)}=; Path=/; Max-Age=0; ${attributes(secure)}`;
}

/** Lax: a link in an alert opens the dashboard signed in; changes need the CSRF token besides. */
function attributes(secure: boolean): string {
  return `HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** The value of a cookie, or undefined where the browser sent none or several of that name. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}
