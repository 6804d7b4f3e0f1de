import type { Attempt, SlotFacts } from './attempt.js';
import type { EnginePorts } from './ports.js';

export interface KeptLease {
  /** Asked just before the first byte is written. */
  holds: () => boolean;
  stop: () => void;
}

/**
 * Renews the lease of an attempt every third of it. A request is written only within half a lease of the moment before
 * which the lease was last known to be ours (refresh-protocol, step 3).
 */
export function keepLease<F extends SlotFacts>(
  attempt: Attempt<F>,
  { store, clock, report }: Pick<EnginePorts<F>, 'store' | 'clock' | 'report'>,
): KeptLease {
  let confirmedAt = attempt.begunAt;
  let lost = false;
  const renew = async (): Promise<void> => {
    const asked = clock.now();
    if (await store.renewLease(attempt)) confirmedAt = asked;
    else lost = true;
  };
  const stop = clock.every(attempt.timing.heartbeatMs, () => {
    renew().catch((error: unknown) => report({ what: 'lease-not-renewed', attempt: attempt.id, error }));
  });
  const { timing, writeBefore = Infinity } = attempt;
  const holds = (): boolean => {
    const now = clock.now();
    return !lost && now - confirmedAt < timing.writeWithinMs && now < writeBefore;
  };
  return { holds, stop };
}
