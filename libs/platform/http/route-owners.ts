/** The services that own paths behind the one origin. */
export const upstreamNames = ['auth-flow', 'revocation-audit', 'admin'] as const;
export type UpstreamName = (typeof upstreamNames)[number];

/** Whole path prefixes, at most two segments each, so that any reverse proxy or Ingress could split them. */
const owners: ReadonlyMap<string, UpstreamName> = new Map([
  ['/v1/providers', 'auth-flow'],
  ['/v1/integrations', 'auth-flow'],
  ['/v1/connect-sessions', 'auth-flow'],
  ['/connect', 'auth-flow'],
  ['/oauth/callback', 'auth-flow'],
  ['/v1/connections', 'auth-flow'],
  ['/v1/introspect', 'auth-flow'],
  ['/.well-known/jwks.json', 'auth-flow'],
  ['/v1/events', 'auth-flow'],
  ['/v1/api-keys', 'auth-flow'],
  ['/v1/workspaces', 'auth-flow'],
  ['/v1/workload-identities', 'auth-flow'],
  ['/v1/anomaly-policy', 'auth-flow'],
  ['/v1/revocations', 'revocation-audit'],
  ['/v1/freezes', 'revocation-audit'],
  ['/v1/token-lookups', 'revocation-audit'],
  ['/v1/leak-reports', 'revocation-audit'],
  ['/v1/leak-policy', 'revocation-audit'],
  ['/v1/security-events', 'revocation-audit'],
  ['/v1/security-event-streams', 'revocation-audit'],
  ['/v1/security-event-subscribers', 'revocation-audit'],
  ['/v1/reaper-policy', 'revocation-audit'],
  ['/v1/reaper', 'revocation-audit'],
  ['/v1/end-users', 'revocation-audit'],
  ['/v1/audit', 'revocation-audit'],
]);

/** What `POST /v1/token-lookups` takes, in bytes: 10,000 JWTs of a usual size. Whoever hands it on takes as much. */
export const lookupBodyLimit = 16 * 1024 * 1024;

/**
 * First segments that never fall through to the dashboard: the gateway's own pages, and what each service
 * serves for operators only. Compared in lower case, so that a case-insensitive router behind us changes nothing.
 */
const reserved: ReadonlySet<string> = new Set([
  'v1',
  'connect',
  'oauth',
  '.well-known',
  'health',
  'metrics',
  'openapi.json',
  'docs',
  'problems',
  'internal',
]);

/** The service that owns a path already found canonical; undefined where nobody does. */
export function ownerOf(path: string): UpstreamName | undefined {
  const [, first = '', second = ''] = path.split('/', 3);
  const owner = owners.get(`/${first}/${second}`) ?? owners.get(`/${first}`);
  if (owner) return owner;
  return reserved.has(first.toLowerCase()) ? undefined : 'admin';
}
