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
