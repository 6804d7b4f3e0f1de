/** What a demo is made of. Each provider's own: how many of a hundred, how long tokens live, when users must consent again. */
export const demoProviders = [
  { id: 'google', name: 'Google Calendar', of100: 30, lifeSeconds: 3_599, consentDays: null, ms: 180 },
  { id: 'google', name: 'Google Drive', of100: 12, lifeSeconds: 3_599, consentDays: null, ms: 190 },
  { id: 'microsoft', name: 'Microsoft 365', of100: 22, lifeSeconds: 4_500, consentDays: 90, ms: 310 },
  { id: 'slack', name: 'Slack', of100: 13, lifeSeconds: 43_200, consentDays: null, ms: 140 },
  { id: 'github', name: 'GitHub', of100: 11, lifeSeconds: 28_800, consentDays: 183, ms: 220 },
  { id: 'atlassian', name: 'Jira and Confluence', of100: 8, lifeSeconds: 3_600, consentDays: 365, ms: 520 },
  { id: 'sandbox', name: 'Sandbox', of100: 4, lifeSeconds: 600, consentDays: 30, ms: 12 },
] as const;

/** States by their share of a hundred thousand; the rest is active. `reason`: what the engine says of such. */
export const demoStates = [
  {
    state: 'needs_reauthorization',
    share: 2_200,
    reason: ['invalid_grant', 'The provider refused to renew.'],
  },
  { state: 'degraded', share: 1_200, reason: ['http_503', 'Renewal failed three times in a row.'] },
  { state: 'revoked', share: 1_000, reason: ['requested', 'The user closed their account.'] },
  { state: 'paused', share: 500, reason: ['paused', 'Paused by an operator.'] },
  { state: 'expired', share: 400, reason: ['expired', 'The last token ended and cannot be renewed.'] },
  { state: 'quarantined', share: 50, reason: ['restored', 'The database was restored from a backup.'] },
  { state: 'revoking', share: 50, reason: ['requested', 'The provider is still to be told.'] },
] as const;

/** Failures of renewals: class, code, status, and their share of a hundred. */
export const demoFailures = [
  ['TRANSIENT', 'http_503', 503, 46],
  ['THROTTLED', 'http_429', 429, 24],
  ['REAUTHORIZE', 'invalid_grant', 400, 22],
  ['AMBIGUOUS', 'connection-lost', null, 6],
  ['CLIENT_CONFIG', 'invalid_client', 401, 2],
] as const;

/** Entries of the audit log, by their share of a hundred, and who makes them. */
export const demoActions = [
  ['token.refreshed', 70, 'service', 'refresh-worker'],
  ['connection.tags_changed', 9, 'api_key', 'key_demo'],
  ['token.refresh_failed', 7, 'service', 'refresh-worker'],
  ['connection.degraded', 4, 'service', 'refresh-worker'],
  ['connection.recovered', 4, 'service', 'refresh-worker'],
  ['connection.needs_reauthorization', 3, 'service', 'refresh-worker'],
  ['connection.paused', 1, 'user', 'usr_demo_ada'],
  ['connection.resumed', 1, 'user', 'usr_demo_ada'],
  ['connection.revoking', 1, 'user', 'usr_demo_grace'],
] as const;

export const firstNames =
  'Ada,Grace,Alan,Edsger,Barbara,Donald,Margaret,Ken,Radia,Tim,Hedy,Dennis,Frances,Linus,Katherine,Bjarne,Mary,Niklaus,Evelyn,John,Sophie,Leslie,Anita,Claude,Joan,Robin,Karen,Tony,Jean,Vint,Lena,Omar,Yuki,Priya,Chen,Amara,Diego,Ingrid,Mateo,Zofia'.split(
    ',',
  );
export const lastNames =
  'Lovelace,Hopper,Turing,Dijkstra,Liskov,Knuth,Hamilton,Thompson,Perlman,Lee,Lamarr,Ritchie,Allen,Johnson,Stroustrup,Wirth,Boyd,McCarthy,Wilson,Lamport,Borg,Shannon,Clarke,Milner,Hoare,Bartik,Cerf,Novak,Haddad,Tanaka,Sharma,Okafor,Garcia,Larsen,Rossi,Kowalska,Nguyen,Silva,Meyer,Dubois'.split(
    ',',
  );
