import fc from 'fast-check';
import {
  type ConnectionState,
  connectionStates,
  readableStates,
  readRefusal,
  refreshableStates,
  transition,
  triggers,
} from './connection-state.js';

const state = fc.constantFrom(...connectionStates);
const trigger = fc.constantFrom(...triggers);

describe('connection states', () => {
  it.each([
    ['pending', 'authorized', 'active', 'connection.authorized'],
    ['active', 'renewal_failed', 'degraded', 'connection.degraded'],
    ['degraded', 'refreshed', 'active', 'connection.recovered'],
    ['degraded', 'reauthorization_required', 'needs_reauthorization', 'connection.needs_reauthorization'],
    ['needs_reauthorization', 'authorized', 'active', 'connection.authorized'],
    ['needs_reauthorization', 'refreshed', 'active', 'connection.recovered'],
    ['active', 'expired', 'expired', 'connection.expired'],
    ['active', 'quarantined', 'quarantined', 'connection.quarantined'],
    ['paused', 'revoked', 'revoking', 'connection.revoking'],
    ['revoking', 'revocation_finished', 'revoked', 'connection.revoked'],
  ] as const)('%s, %s: becomes %s', (from, cause, to, event) => {
    expect(transition(from, cause)).toMatchObject({ ok: true, changed: true, to, event });
  });

  it.each([
    ['active', 'refreshed'],
    ['degraded', 'renewal_failed'],
    ['paused', 'paused'],
    ['revoking', 'revoked'],
    ['revoked', 'revocation_finished'],
  ] as const)('%s, %s: changes nothing and tells nobody', (from, cause) => {
    expect(transition(from, cause)).toMatchObject({ ok: true, changed: false, to: from, event: null });
  });

  it('come back from a pause as they were', () => {
    for (const from of ['pending', 'active', 'degraded', 'needs_reauthorization'] as const) {
      const paused = transition(from, 'paused');
      expect(paused).toMatchObject({ to: 'paused', returnTo: from });
      expect(transition('paused', 'resumed', from)).toMatchObject({
        to: from,
        returnTo: null,
        event: 'connection.resumed',
      });
    }
  });

  it('stay paused, whatever is learned meanwhile, and remember it', () => {
    expect(transition('paused', 'refreshed', 'degraded')).toMatchObject({
      changed: true,
      to: 'paused',
      returnTo: 'active',
      event: null,
    });
    expect(transition('paused', 'reauthorization_required', 'active')).toMatchObject({
      to: 'paused',
      returnTo: 'needs_reauthorization',
    });
    expect(transition('paused', 'refreshed', 'active')).toMatchObject({ changed: false });
  });

  it('go back into quarantine after a pause over it, and out of it cautiously', () => {
    expect(transition('quarantined', 'paused', 'active')).toMatchObject({ returnTo: 'quarantined' });
    expect(transition('paused', 'resumed', 'quarantined')).toMatchObject({
      to: 'quarantined',
      returnTo: 'degraded',
    });
    expect(transition('quarantined', 'released', 'active')).toMatchObject({ to: 'active' });
  });

  it('refuse what is not in the table, and say when nothing ever will be', () => {
    expect(transition('pending', 'refreshed')).toEqual({
      ok: false,
      refusal: 'not-permitted',
      from: 'pending',
      trigger: 'refreshed',
    });
    expect(transition('revoked', 'authorized')).toMatchObject({ ok: false, refusal: 'terminal' });
  });

  it('never lead from a revocation back to life, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(state, fc.array(trigger, { maxLength: 30 }), (start, happenings) => {
        let now: ConnectionState = start;
        let returnTo: ConnectionState | null = null;
        let ended = false;
        for (const happening of happenings) {
          const next = transition(now, happening, returnTo);
          if (!next.ok) continue;
          ({ to: now, returnTo } = next);
          ended ||= now === 'revoking' || now === 'revoked';
          if (ended && now !== 'revoking' && now !== 'revoked') return false;
          // Only a pause and a quarantine have somewhere to return to, and never to a dead end.
          if (returnTo !== null && now !== 'paused' && now !== 'quarantined') return false;
          if (returnTo === 'revoking' || returnTo === 'revoked' || returnTo === 'paused') return false;
        }
        return true;
      }),
    );
  });

  it('tell of a change exactly where the state changes or a consent was given anew', () => {
    fc.assert(
      fc.property(state, trigger, fc.option(state), (from, cause, returnTo) => {
        const next = transition(from, cause, returnTo);
        if (!next.ok) return true;
        return next.to === from
          ? next.event === null || cause === 'authorized' || from === returnTo
          : next.event !== null;
      }),
    );
  });

  it('are readable exactly where a read is not refused', () => {
    for (const one of connectionStates) expect(readRefusal(one) === null).toBe(readableStates.includes(one));
    expect(refreshableStates).toEqual(['active', 'degraded']);
    expect(readRefusal('revoking')).toBe('connection-revoked');
  });
});
