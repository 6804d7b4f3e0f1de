import { startSystem, type RunningSystem } from '#testing';
import { firstPage } from './first-page.js';
import { kills } from './kills.js';
import { dashboard } from './dashboard.js';
import { livePage } from './live-page.js';
import { lookups } from './lookups.js';
import { planner } from './planner.js';
import { redisMemory } from './redis-memory.js';
import { refreshes } from './refreshes.js';
import { revokes } from './revokes.js';
import { idleServices } from './services.js';
import { soak } from './soak.js';
import { tokenReads } from './token-reads.js';

const benchmarks: Record<string, () => Promise<void>> = {
  reads: () => onSystem(tokenReads),
  services: () => onSystem(idleServices),
  refreshes,
  planner,
  'redis-memory': redisMemory,
  revoke: revokes,
  kill: kills,
  lookup: lookups,
  dashboard,
  page: () => onSystem(firstPage),
  live: () => onSystem(livePage),
};

/** Ten minutes long: only where it is asked for. */
const onRequest: typeof benchmarks = { soak };

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in benchmarks) && !(name in onRequest));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}: ${Object.keys({ ...benchmarks, ...onRequest }).join(', ')}.`,
  );
  process.exit(2);
}
for (const [name, run] of Object.entries(benchmarks))
  if (chosen.length === 0 || chosen.includes(name)) await run();
for (const [name, run] of Object.entries(onRequest)) if (chosen.includes(name)) await run();
// With the code of whatever kept no limit.
process.exit();

async function onSystem(run: (system: RunningSystem) => Promise<void>): Promise<void> {
  const system = await startSystem();
  try {
    await run(system);
  } finally {
    await system.stop();
  }
}
