const invitation = /^\/admin\/invitations\/([\w-]+)$/;

/** A path of our own to go back to, or the front page: never another origin, whatever way it is written. */
export function localPath(wish: string | undefined, origin: string): string {
  if (!wish?.startsWith('/')) return '/';
  const url = URL.parse(wish, origin);
  return url?.origin === origin ? `${url.pathname}${url.search}${url.hash}` : '/';
}

/** The token of an invitation's link: whoever has one may sign in before they are a member of anything. */
export function invitationToken(path: string): string | undefined {
  return invitation.exec(path)?.[1];
}
