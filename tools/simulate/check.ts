import fc from 'fast-check';
import { scenarios } from './scenario.js';
import { simulate, type Sabotage } from './simulate.js';

export interface Checked {
  runs: number;
  seed: number;
  /** What went wrong, in the smallest history found, and how to play it again. */
  failure: string | undefined;
}

/** Plays histories until one breaks a promise. */
export async function check(options: {
  runs: number;
  seed?: number;
  path?: string;
  /** Told of every step of every history. */
  trace?: (line: string) => void;
  sabotage?: Sabotage;
}): Promise<Checked> {
  const { runs: numRuns, seed, path } = options;
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    const broken = await simulate(scenario, options);
    if (broken.length > 0) throw new Error(broken.join('\n'));
  });
  const result = await fc.check(property, { numRuns, seed, path, endOnFailure: options.trace !== undefined });
  const failure = result.failed
    ? [
        `A promise was broken in history ${result.numRuns} (smallest found below).`,
        `Again: npm run simulate -- --seed=${result.seed} --path ${result.counterexamplePath}`,
        JSON.stringify(result.counterexample, null, 2),
        result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance),
      ].join('\n')
    : undefined;
  return { runs: result.numRuns, seed: result.seed, failure };
}
