import { parseArgs } from 'node:util';
import { everything, harness } from './harness.js';
import { brokenPromises, report, slowLandings } from './report.js';
import { sabotages } from './worker-protocol.js';

const { values } = parseArgs({
  options: {
    /** How many refreshes to interrupt. */
    kills: { type: 'string', default: '1000' },
    /** At most so many by one kill. */
    'in-flight': { type: 'string', default: '50' },
    /** Only these, with commas between. */
    modes: { type: 'string' },
    failpoints: { type: 'string' },
    /** Seconds for which Postgres is gone, last of all; 0: not at all. */
    'postgres-down': { type: 'string', default: '5' },
    /** In ms: what a durable landing may take from the last byte of the answer, on a machine that has nothing else to do. */
    'landing-p99': { type: 'string', default: 'Infinity' },
    /** Breaks the engine, to see that it is found. */
    sabotage: { type: 'string' },
  },
});

const only = <T extends string>(all: readonly T[], wanted: string | undefined): readonly T[] =>
  wanted === undefined ? all : all.filter((one) => wanted.split(',').includes(one));

const began = performance.now();
const results = await harness({
  kills: Number(values.kills),
  inFlight: Number(values['in-flight']),
  modes: only(everything.modes, values.modes),
  failpoints: only(everything.failpoints, values.failpoints),
  postgresDownMs: Number(values['postgres-down']) * 1_000,
  sabotage: sabotages.find((one) => one === values.sabotage),
  progress: (line) => console.log(line),
});
console.log(`\n${report(results)}`);
const broken = [...brokenPromises(results), ...slowLandings(results, Number(values['landing-p99']))];
const seconds = Math.round((performance.now() - began) / 1_000);
console.log(broken.length > 0 ? broken.slice(0, 20).join('\n') : `every promise kept, ${seconds} s`);
process.exit(broken.length > 0 ? 1 : 0);
