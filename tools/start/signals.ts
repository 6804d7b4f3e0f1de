import type { Steps } from './steps.js';
import type { System } from './system.js';

/** npm passes on the signal that the terminal sent to us already; so soon a second one is the same. */
const SAME_MS = 1_000;

/** The first SIGINT or SIGTERM ends everything in order (exit code 0), a second one at once. */
export function endOnSignals(system: System, steps: Steps, release: () => void): void {
  let asked: number | undefined;
  const ask = (): void => {
    const now = performance.now();
    if (asked === undefined) {
      asked = now;
      steps.line('');
      void endInOrder(system, steps, release);
    } else if (now - asked > SAME_MS) {
      steps.line('Ended at once.');
      system.kill();
      release();
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  // The process that handed over to us is gone, and with it whoever could end us.
  process.on('disconnect', ask);
}

async function endInOrder(system: System, steps: Steps, release: () => void): Promise<void> {
  await steps.step('End everything', () => system.stop());
  release();
  process.exit(0);
}
