const invitation = /^\/admin\/invitations\/([\w-]+)$/;

/** A path of our own to go back to, or the front page: never another origin, whatever way it is written. */
export function localPath(wish: string | undefined, origin: string): string {
  if (!wish?.startsWith('/')) return '/';
  const url = URL.parse(wish, origin);
  if (url?.origin !== origin) return '/';
  const path = `${url.pathname}${url.search}${url.hash}`;
  // Without its dots, /.//evil.example is //evil.example: the browser reads what we send once more.
  return URL.parse(path, origin)?.href === url.href ? path : '/';
}

/** The token of an invitation's link: whoever has one may sign in before they are a member of anything. */
export function invitationToken(path: string): string | undefined {
  return invitation.exec(path)?.[1];
}

/** What a sign-in was begun with: where to go afterwards, and how long ago the person may have proved who they are. */
export interface SignInStart {
  return_to?: string | undefined;
  max_age?: number | undefined;
}

/** Begins a sign-in, at one issuer or at the choice of them. */
export function signInUrl({ return_to: returnTo, max_age: maxAge }: SignInStart, issuer?: string): string {
  const search = new URLSearchParams();
  if (returnTo !== undefined) search.set('return_to', returnTo);
  if (maxAge !== undefined) search.set('max_age', String(maxAge));
  const path = issuer === undefined ? '/admin/sign-in' : `/admin/sign-in/${issuer}`;
  return search.size > 0 ? `${path}?${search}` : path;
}
