import type { AuthorizationServer } from '#oauth';

/** Hosts of `after` that `before` did not have: where secrets and tokens would go for the first time. */
export function newHosts(before: AuthorizationServer, after: AuthorizationServer): string[] {
  const known = hostsOf(before);
  return [...hostsOf(after)].filter((host) => !known.has(host));
}

function hostsOf({ endpoints }: AuthorizationServer): Set<string> {
  const urls = Object.values(endpoints).map((endpoint) => URL.parse(endpoint ?? ''));
  return new Set(urls.flatMap((url) => (url ? [url.host] : [])));
}
