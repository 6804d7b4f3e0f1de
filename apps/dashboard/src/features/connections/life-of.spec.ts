import { lifeOf } from './life-of.js';

const at = (ms: number): string => new Date(ms).toISOString();
const slot = { issued_at: at(1_000), expires_at: at(11_000), refresh_due_at: at(9_000) };

describe('the life of a token as a bar', () => {
  it('has its parts where they are in time', () => {
    expect(lifeOf(slot, 6_000)).toEqual({ due: 0.8, now: 0.5, isOver: false });
  });

  it('ends where the token does', () => {
    expect(lifeOf(slot, 60_000)).toEqual({ due: 0.8, now: 1, isOver: true });
  });

  it('is none where the provider does not say when it ends', () => {
    expect(lifeOf({ ...slot, expires_at: null }, 6_000)).toBeUndefined();
  });
});
