import { parseArgs } from 'node:util';
import { check } from './check.js';

const { values } = parseArgs({
  options: {
    /** How many histories. */
    seeds: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    /** With a seed: the one history in which a promise was broken. */
    path: { type: 'string' },
    /** Follows it line by line. */
    trace: { type: 'boolean', default: false },
  },
});
const began = performance.now();
const { runs, failure } = await check({
  runs: Number(values.seeds),
  seed: values.seed === undefined ? undefined : Number(values.seed),
  path: values.path,
  trace: values.trace ? console.log : undefined,
});
const seconds = ((performance.now() - began) / 1_000).toFixed(1);
console.log(failure ?? `${runs} histories, every promise kept, ${seconds} s`);
process.exit(failure ? 1 : 0);
