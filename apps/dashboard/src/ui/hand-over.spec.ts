import { afterEach, describe, expect, it } from '@jest/globals';
import { setSession, type Session } from '../api/session-state.js';
import { handOver, takeOver } from './hand-over.js';

const signIn = (...permissions: string[]): void => setSession({ permissions } as Session);

describe('handing a pasted token over', () => {
  afterEach(() => setSession(undefined));

  it('keeps it until it is taken, once', () => {
    signIn('tokens:lookup');
    handOver('a-token');
    expect(takeOver()).toBe('a-token');
    expect(takeOver()).toBeUndefined();
  });

  it('keeps nothing of somebody who may not look it up', () => {
    signIn('connections:read');
    handOver('a-token');
    expect(takeOver()).toBeUndefined();
  });
});
