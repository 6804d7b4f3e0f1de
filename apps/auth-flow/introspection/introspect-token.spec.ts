import type { FingerprintedToken } from '#storage';
import { introspectToken } from './introspect-token.js';

const readAt = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-01T01:00:00Z');
const token: FingerprintedToken = {
  kind: 'access',
  connectionId: 'con_1',
  state: 'active',
  endUserId: 'user-1',
  subject: 'ada',
  clientId: 'client',
  resource: [],
  tokenType: 'Bearer',
  scope: 'profile',
  issuedAt: readAt,
  expiresAt: later,
  newest: true,
  readAt,
};

describe('a token', () => {
  it.each<[string, Partial<FingerprintedToken>, boolean]>([
    ['that a read would hand out', {}, true],
    ['of a degraded connection', { state: 'degraded' }, true],
    ['that expired', { expiresAt: readAt }, false],
    ['that was superseded and lives on', { newest: false }, true],
    ['that was superseded and is not known to expire', { newest: false, expiresAt: null }, false],
    ['of a paused connection', { state: 'paused' }, false],
    ['of a connection being revoked', { state: 'revoking' }, false],
    ['that renews', { kind: 'refresh' }, true],
    ['that renewed', { kind: 'refresh', newest: false }, false],
    ['that renews what was revoked', { kind: 'refresh', state: 'revoked' }, false],
  ])('%s: %o is active: %s', (_, change, active) => {
    expect(introspectToken([{ ...token, ...change }]).active).toBe(active);
  });

  it('that is not active is told nothing else of', () => {
    expect(introspectToken([{ ...token, state: 'revoked' }])).toEqual({ active: false });
    expect(introspectToken([])).toEqual({ active: false });
  });

  it('that ended here and lives there is active', () => {
    const found = [
      { ...token, state: 'revoked' },
      { ...token, connectionId: 'con_2' },
    ];
    expect(introspectToken(found)).toMatchObject({ active: true, connection: 'con_2' });
  });
});
