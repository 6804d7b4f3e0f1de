import { Rotation } from './rotation.js';

const none = new Set<never>();
const origins = ['http://a', 'http://b', 'http://c'];

describe('Rotation', () => {
  it('takes idle replicas turn by turn', () => {
    const rotation = new Rotation(origins);
    const taken = Array.from({ length: 6 }, () => rotation.next(0, none)?.origin);
    for (const origin of origins) expect(taken.filter((one) => one === origin)).toHaveLength(2);
  });

  it('prefers the replica with the fewest requests in flight', () => {
    const rotation = new Rotation(origins);
    for (const replica of rotation.replicas) replica.inFlight = replica.origin === 'http://b' ? 1 : 4;
    expect(rotation.next(0, none)?.origin).toBe('http://b');
  });

  it('leaves a replica that refused out, and tries it again with one request when its rest is over', () => {
    const rotation = new Rotation(['http://a', 'http://b']);
    const [a, b] = rotation.replicas;
    rotation.refused(a!, 0);
    expect([1, 2, 3, 4].map((now) => rotation.next(now, none))).toEqual([b, b, b, b]);
    const afterRest = [1_000, 1_001, 1_002, 1_003].map((now) => rotation.next(now, none));
    expect(afterRest.filter((replica) => replica === a)).toHaveLength(1);
  });

  it('takes a replica back into its turn as soon as it answers', () => {
    const rotation = new Rotation(['http://a', 'http://b']);
    const [a] = rotation.replicas;
    rotation.refused(a!, 0);
    rotation.answered(a!);
    expect([1, 2].map((now) => rotation.next(now, none))).toContain(a);
  });

  it('rests longer at each refusal, at most 15 s', () => {
    const rotation = new Rotation(['http://a']);
    const [a] = rotation.replicas;
    const rests = Array.from({ length: 6 }, () => {
      rotation.refused(a!, 0);
      return a!.restsUntil;
    });
    expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  });

  it('tries a resting replica where no other is left, and none twice', () => {
    const rotation = new Rotation(['http://a', 'http://b']);
    const [a, b] = rotation.replicas;
    rotation.refused(b!, 0);
    expect(rotation.next(1, new Set([a!]))).toBe(b);
    expect(rotation.next(1, new Set([a!, b!]))).toBeUndefined();
  });
});
