import type { LiveEvent } from '../../live/live-stream.js';
import { detailOf, placeOf } from './event-place.js';

const event = (type: string, subject: string, data: object): LiveEvent =>
  ({ type, subject, data }) as LiveEvent;

describe('where an event leads', () => {
  it.each([
    ['token.refreshed', 'con_1', { connection: 'con_1', integration: 'int_1' }, '/connections/$id'],
    ['connection.anomaly_detected', 'con_2', { connection: null }, '/connections/$id'],
    ['integration.paused', 'int_1', { integration: 'int_1', provider: 'google' }, '/integrations/$id'],
    ['security_event.received', 'sev_1', { security_event: 'sev_1' }, '/signals'],
  ])('%s: to what it is about', (type, subject, data, to) => {
    expect(placeOf(event(type, subject, data)).to).toBe(to);
  });

  it('is the connections it concerns where it is about no single one', () => {
    expect(placeOf(event('provider.incident_opened', 'inc_1', { provider: 'google' }))).toEqual({
      to: '/connections',
      search: { provider: 'google' },
    });
    expect(placeOf(event('end_user.removed', 'ada', { end_user: 'ada' })).search).toEqual({
      end_user: 'ada',
    });
  });

  it('says to whom and why', () => {
    const data = {
      end_user: 'ada',
      provider: 'google',
      error_code: 'invalid_grant',
      failure_class: 'REAUTHORIZE',
    };
    const names = { provider: () => 'Google', integration: () => '' };
    expect(detailOf(event('token.refresh_failed', 'con_1', data), names)).toBe(
      'ada · Google · invalid_grant',
    );
  });
});
