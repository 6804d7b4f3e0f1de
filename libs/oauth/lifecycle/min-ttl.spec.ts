import { decideRead, defaultMinTtlMs, type TokenRead } from './min-ttl.js';

const read = (one: Partial<TokenRead>) =>
  decideRead({ state: 'active', remainingMs: 1_800_000, lifetimeMs: 3_600_000, renewable: true, ...one });
const problem = (slug: string) => ({ do: 'problem', slug });

describe('a token read', () => {
  it('gives by default 60 s or a quarter of the lifetime', () => {
    expect([defaultMinTtlMs(3_600_000), defaultMinTtlMs(20_000)]).toEqual([60_000, 5000]);
    expect(read({ remainingMs: 60_000 })).toEqual({ do: 'serve' });
    expect(read({ remainingMs: 59_999 })).toEqual({ do: 'refresh-first' });
    expect(read({ remainingMs: 5000, lifetimeMs: 20_000 })).toEqual({ do: 'serve' });
  });

  it('serves by default what is left when renewal fails, but nothing that is dead', () => {
    expect(read({ remainingMs: 1000, renewalTried: true, state: 'degraded' })).toEqual({ do: 'serve' });
    expect(read({ remainingMs: 0, renewalTried: true })).toEqual(problem('provider-unavailable'));
    expect(read({ remainingMs: 1000, renewable: false })).toEqual({ do: 'serve' });
    expect(read({ remainingMs: 0, renewable: false })).toEqual(problem('needs-reauthorization'));
  });

  it('holds an explicit min_ttl', () => {
    expect(read({ minTtlMs: 1_800_000 })).toEqual({ do: 'serve' });
    expect(read({ minTtlMs: 1_800_001 })).toEqual({ do: 'refresh-first' });
    expect(read({ minTtlMs: 1_800_001, renewalTried: true })).toEqual(problem('provider-unavailable'));
    expect(read({ minTtlMs: 1_800_001, renewable: false })).toEqual(problem('min-ttl-unsatisfiable'));
    expect(read({ minTtlMs: 0, remainingMs: 1 })).toEqual({ do: 'serve' });
  });

  it('cannot satisfy a min_ttl longer than tokens live', () => {
    expect(read({ minTtlMs: 3_600_001 })).toEqual(problem('min-ttl-unsatisfiable'));
    expect(read({ minTtlMs: 3_600_000 })).toEqual({ do: 'refresh-first' });
    expect(read({ minTtlMs: 3_600_000, remainingMs: 3_599_000, renewalTried: true })).toEqual({
      do: 'serve',
    });
  });

  it('serves what is not known to expire', () => {
    expect(read({ remainingMs: null, lifetimeMs: null, minTtlMs: 999_999_999 })).toEqual({ do: 'serve' });
  });

  it('is refused by the state before anything else', () => {
    expect(read({ state: 'revoking' })).toEqual(problem('connection-revoked'));
    expect(read({ state: 'paused', minTtlMs: 9_999_999 })).toEqual(problem('connection-paused'));
    expect(read({ state: 'degraded' })).toEqual({ do: 'serve' });
  });
});
