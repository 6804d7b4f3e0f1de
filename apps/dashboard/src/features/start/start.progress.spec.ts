import { describe, expect, it } from '@jest/globals';
import { progressOf, type Known } from './start.progress.js';

const nothing: Known = {
  hasIntegration: false,
  hasLink: false,
  isLinkUsed: false,
  hasLiveConnection: false,
  hasKey: false,
  wasRead: false,
};

describe('progressOf', () => {
  it('begins with the integration', () => {
    expect(progressOf(nothing)).toEqual({ done: new Set(), current: 'integration' });
  });

  it('is due what is not done first, whatever is done after it', () => {
    const { current } = progressOf({ ...nothing, hasIntegration: true, hasKey: true });
    expect(current).toBe('link');
  });

  it('takes a live connection for a used link, however it came to be', () => {
    const { done } = progressOf({ ...nothing, hasIntegration: true, hasLiveConnection: true });
    expect([...done]).toEqual(['integration', 'link', 'open', 'live']);
  });

  it('takes a read token for a key that the reader may not see', () => {
    const { current } = progressOf({
      ...nothing,
      hasIntegration: true,
      hasLiveConnection: true,
      wasRead: true,
    });
    expect(current).toBeUndefined();
  });
});
