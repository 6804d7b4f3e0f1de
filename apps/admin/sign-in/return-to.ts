const invitation = /^\/admin\/invitations\/[\w-]+$/;

/** A path of our own to go back to, or the front page: never another origin, whatever way it is written. */
export function localPath(wish: string | undefined, origin: string): string {
  if (!wish?.startsWith('/')) return '/';
  const url = URL.parse(wish, origin);
  return url?.origin === origin ? `${url.pathname}${url.search}${url.hash}` : '/';
}

/** Whoever is invited may sign in before they are a member of anything. */
export function isInvitationPath(path: string): boolean {
  return invitation.test(path);
}
