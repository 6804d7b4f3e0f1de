import fc from 'fast-check';
import { rotationModes, type RotationMode } from '#oauth';

export type Mishap =
  | { kind: 'crash'; worker: number; at: number; forMs: number }
  | { kind: 'pause'; worker: number; at: number; forMs: number }
  | { kind: 'clock-jump'; worker: number; at: number; byMs: number }
  | { kind: 'database-down'; at: number; forMs: number }
  | { kind: 'wrong-secret'; at: number; forMs: number }
  | { kind: 'paused'; at: number; forMs: number }
  | { kind: 'refresh-now'; worker: number; at: number }
  | { kind: 'revoke'; at: number };

export interface Scenario {
  seed: number;
  mode: RotationMode;
  graceSeconds: number;
  killsAccessToken: boolean;
  introspection: boolean;
  lifetimeSeconds: number;
  workers: number;
  slots: number;
  /** Share of requests that something happens to, while it lasts. */
  unrest: number;
  mishaps: Mishap[];
}

/** How long things go wrong. */
export const unrestMs = 20 * 60_000;

const at = fc.integer({ min: 0, max: unrestMs });
const worker = fc.integer({ min: 0, max: 7 });
/** The longest that one of them lasts. */
export const longestMs = 300_000;
const forMs = fc.integer({ min: 100, max: longestMs });

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('crash' as const), worker, at, forMs }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pause' as const),
      worker,
      at,
      forMs: fc.constantFrom(3_000, 15_000, 120_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock-jump' as const),
      worker,
      at,
      byMs: fc.constantFrom(-600_000, 600_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('database-down' as const), at, forMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wrong-secret' as const), at, forMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('paused' as const), at, forMs }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('refresh-now' as const), worker, at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), at }) },
);

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  mode: fc.constantFrom(...rotationModes),
  graceSeconds: fc.constantFrom(5, 10, 15, 30, 60, 600, 1_800),
  killsAccessToken: fc.boolean(),
  introspection: fc.boolean(),
  lifetimeSeconds: fc.constantFrom(30, 120, 600, 3_600),
  workers: fc.integer({ min: 2, max: 8 }),
  slots: fc.integer({ min: 1, max: 2 }),
  unrest: fc.constantFrom(0, 0.05, 0.3, 0.8),
  mishaps: fc.array(mishap, { maxLength: 12 }),
});
