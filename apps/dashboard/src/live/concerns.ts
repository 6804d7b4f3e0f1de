/** Which cached answers an event makes old, by the beginning of its type. */
export const concerns: [prefix: string, keys: string[]][] = [
  ['connection.', ['connections', 'connection', 'overview', 'troubles']],
  ['token.', ['connection', 'overview']],
  ['integration.', ['integrations', 'integration', 'overview']],
  ['provider.', ['overview', 'troubles', 'incidents']],
  ['security_event.', ['signals']],
  // Of a revocation itself nothing is told; of each connection that it reaches, this is.
  ['connection.revo', ['revocations', 'revocation']],
];
