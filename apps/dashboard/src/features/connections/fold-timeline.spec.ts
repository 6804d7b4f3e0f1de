import { foldTimeline, type TimelineEntry } from './fold-timeline.js';

const at = (second: number): string => new Date(1_800_000_000_000 + second * 1_000).toISOString();
const attempt = (id: string, second: number, state: string, slot = 'default'): TimelineEntry => ({
  kind: 'refresh_attempt',
  ...{ id, at: at(second), slot, state, trigger: 'planned', generation: 1 },
  ...{ failure_class: null, error_code: null, http_status: null, duration_ms: 60 },
});
const event = (id: string, second: number, type: string): TimelineEntry => ({
  kind: 'event',
  ...{ id, at: at(second), type, data: {} },
});
const audit = (id: string, second: number, action: string): TimelineEntry => ({
  kind: 'audit',
  ...{ id, at: at(second), action, actor: { type: 'person', id: 'per_1' }, detail: null, request_id: null },
});
const ids = (entries: TimelineEntry[]) =>
  foldTimeline(entries).map((item) =>
    item.kind === 'one' ? item.entry.id : item.attempts.map(({ id }) => id),
  );

describe('the timeline of a connection', () => {
  it('tells a renewal once, by its attempt', () => {
    expect(
      ids([event('e', 2, 'token.refreshed'), audit('a', 2, 'token.refreshed'), attempt('t', 1, 'promoted')]),
    ).toEqual(['t']);
  });

  it('tells a renewal whose attempt is no longer kept by its audit entry', () => {
    expect(ids([event('e', 2, 'token.refreshed'), audit('a', 2, 'token.refreshed')])).toEqual(['a']);
    expect(ids([event('e', 2, 'token.refreshed')])).toEqual(['e']);
  });

  it('tells a change once, by the entry that knows who', () => {
    expect(ids([event('e', 2, 'connection.paused'), audit('a', 2, 'connection.paused')])).toEqual(['a']);
  });

  it('keeps apart the same change at other times', () => {
    expect(ids([event('late', 600, 'connection.paused'), audit('early', 2, 'connection.paused')])).toEqual([
      'late',
      'early',
    ]);
  });

  it('folds failed renewals of one slot that follow each other', () => {
    expect(
      ids([
        attempt('3', 300, 'failed'),
        event('e', 200, 'token.refresh_failed'),
        attempt('2', 200, 'failed'),
        attempt('other', 150, 'failed', 'other'),
        attempt('1', 100, 'failed'),
        attempt('0', 0, 'promoted'),
      ]),
    ).toEqual([['3', '2'], 'other', '1', '0']);
  });
});
