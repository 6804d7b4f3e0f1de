import type { Due, Lag, Providers, Renewals, States } from './overview.query.js';
import {
  consentsSummary,
  dueSummary,
  lagSummary,
  providersSummary,
  renewalsSummary,
  statesSummary,
  statusSentence,
  unhealthyOf,
} from './summaries.js';

const none = {
  pending: 0,
  active: 0,
  degraded: 0,
  needs_reauthorization: 0,
  paused: 0,
  quarantined: 0,
  revoking: 0,
  revoked: 0,
  expired: 0,
};
const states = (by_state: Partial<States['by_state']>, others: Partial<States> = {}): States => ({
  total: Object.values(by_state).reduce((sum, count) => sum + count, 0),
  estimate: false,
  by_state: { ...none, ...by_state },
  waiting_approvals: 0,
  open_incidents: 0,
  paused_integrations: 0,
  ...others,
});

// Google has no name here: what nobody names is called by its id.
const names = { provider: (id: string) => (id === 'slack' ? 'Slack' : id), integration: (id: string) => id };

describe('what the overview says of its data', () => {
  it('counts revoked connections neither as healthy nor as unhealthy', () => {
    const some = states({ active: 29, degraded: 2, needs_reauthorization: 5, revoked: 10 });
    expect(statesSummary(some)).toBe('29 of 36 are active; 7 are not.');
    expect(unhealthyOf(some).map(({ state }) => state)).toEqual(['needs_reauthorization', 'degraded']);
  });

  it('names all that needs somebody, and says so where nothing does', () => {
    expect(statusSentence(states({ active: 1 }))).toBe('1 connection is active and nothing needs you.');
    const some = states({ active: 3, needs_reauthorization: 1 }, { open_incidents: 1, waiting_approvals: 2 });
    expect(statusSentence(some)).toBe(
      '1 connection waits for the user to connect again; 1 incident holds renewals back; 2 requests wait for approval.',
    );
    expect(statusSentence(states({}, { waiting_approvals: null }))).toBe('Nothing is connected yet.');
  });

  it('tells no renewal from no failed renewal', () => {
    const renewals: Renewals = {
      renewed: 0,
      failed: 0,
      success: null,
      classes: [],
      hours: [],
      events_not_counted: 0,
    };
    expect(renewalsSummary(renewals)).toBe('No renewal was due in the last 24 hours.');
    expect(renewalsSummary({ ...renewals, renewed: 12, success: 1, events_not_counted: 3 })).toBe(
      'All 12 renewals of the last 24 hours worked. 3 events are not counted yet.',
    );
    const failing = { renewed: 9, failed: 1, success: 0.9, classes: [{ class: 'THROTTLED', count: 1 }] };
    expect(renewalsSummary({ ...renewals, ...failing })).toBe(
      '90% worked in the last 24 hours; 1 failed, mostly: Throttled.',
    );
  });

  it('names a provider with an incident before the slowest', () => {
    const one = {
      connections: 1,
      renewed: 1,
      failed: 0,
      success: 1,
      p50_ms: 10,
      p95_ms: 900,
      incident: null,
    };
    const data: Providers['data'] = [
      { ...one, provider: 'google', p95_ms: null },
      { ...one, provider: 'slack' },
    ];
    expect(providersSummary({ data, others: 0 }, names)).toBe(
      'Slack is the slowest: p95 900 ms, 100% renewed.',
    );
    const hurt = { ...one, provider: 'google', incident: 'outage' };
    expect(providersSummary({ data: [...data.slice(1), hurt], others: 1 }, names)).toBe(
      'An incident is open at google. 1 more is not shown.',
    );
  });

  it('says about where it was counted from a sample', () => {
    const hours: Due['hours'] = [{ hour: '2026-11-21T15:00:00.000Z', count: 1_200 }];
    expect(dueSummary({ estimate: true, overdue: 3, hours })).toMatch(/^About 3 are overdue\. About 1\.2K /);
    expect(dueSummary({ estimate: false, overdue: 0, hours: [] })).toBe(
      'No access token that is renewed ahead ends within 72 hours.',
    );
    expect(
      consentsSummary({ estimate: true, total: 20_000, providers: ['google'], days: [] }, names),
    ).toMatch(/^About 20K connections need .* google\.$/);
  });

  it('says what is late now, else what was', () => {
    const objective = { renewal_ms: 60_000, outbox_ms: 5_000, revocation_ms: 60_000 };
    const sample = (renewal_ms: number): Lag['samples'][number] => ({
      at: '2026-11-21T15:00:00.000Z',
      renewal_ms,
      outbox_ms: 0,
      revocation_ms: 0,
    });
    expect(lagSummary({ objective, samples: [] })).toBe('Nothing measured yet');
    expect(lagSummary({ objective, samples: [sample(0), sample(180_000)] })).toBe(
      'Renewals: 3 min late, objective 60 s.',
    );
    expect(lagSummary({ objective, samples: [sample(180_000), sample(0)] })).toBe(
      'Within objectives now; renewals were 3 min late at worst.',
    );
    expect(lagSummary({ objective, samples: [sample(60_000)] })).toBe(
      'Renewals, events and revocations are within their objectives.',
    );
  });
});
